/* The map preview: GeoJSON or the points of a table on the departments' outlines; no other host unless tiles are configured. */
(function () {
  "use strict";
  var LISTED = 200;
  var NAMES = /^(nombre|name|nom|titulo|título|title|label|municipio|departamento|unidad_educativa|area|área)/i;

  function style(name, fallback) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || fallback;
  }

  function text(tag, value) {
    var element = document.createElement(tag);
    element.textContent = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    return element;
  }

  function popup(properties, labels) {
    var list = document.createElement("dl");
    list.className = "ga-map-popup";
    Object.keys(properties || {}).slice(0, 20).forEach(function (key) {
      if (properties[key] === null || properties[key] === "") { return; }
      list.appendChild(text("dt", (labels && labels[key]) || key));
      list.appendChild(text("dd", properties[key]));
    });
    return list;
  }

  function nameOf(properties, number, words) {
    var keys = Object.keys(properties || {});
    var key = keys.filter(function (one) { return NAMES.test(one) && properties[one]; })[0] ||
      keys.filter(function (one) { return typeof properties[one] === "string" && properties[one]; })[0];
    return key ? String(properties[key]).slice(0, 80) : words.feature.replace("{n}", number);
  }

  function pointsOf(settings) {
    var points = settings.points;
    var fields = [points.latitude, points.longitude].concat(points.columns);
    var query = new URLSearchParams({ resource_id: points.resource, limit: points.limit });
    /* The API splits this list at commas; a name that has one makes it answer with every column instead. */
    if (!fields.some(function (one) { return one.indexOf(",") >= 0; })) { query.set("fields", fields.join(",")); }
    return json(points.url + "?" + query).then(function (body) {
      var features = body.result.records.filter(function (row) {
        return row[points.latitude] !== null && row[points.longitude] !== null &&
          Math.abs(row[points.latitude]) <= 90 && Math.abs(row[points.longitude]) <= 180;
      }).map(function (row) {
        var properties = {};
        points.columns.forEach(function (column) { properties[column] = row[column]; });
        return {
          type: "Feature", properties: properties,
          geometry: { type: "Point", coordinates: [Number(row[points.longitude]), Number(row[points.latitude])] }
        };
      });
      return { type: "FeatureCollection", features: features, total: body.result.total };
    });
  }

  function json(url) {
    return fetch(url, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(url); }
      return answer.json();
    });
  }

  function start(section) {
    var settings = JSON.parse(section.getAttribute("data-ga-map"));
    var words = section.dataset;
    var status = section.querySelector(".ga-map-status");
    var details = section.querySelector("details");
    var green = style("--ga-green", "#1b7340");
    status.textContent = words.loading;
    var map = L.map(section.querySelector(".ga-map"), {
      preferCanvas: true, zoomControl: false, scrollWheelZoom: false,
      attributionControl: Boolean(settings.attribution)
    }).setView([-16.7, -64.7], 5);
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    map.on("focus", function () { map.scrollWheelZoom.enable(); });
    map.on("blur", function () { map.scrollWheelZoom.disable(); });
    if (settings.tiles) {
      L.tileLayer(settings.tiles, { attribution: settings.attribution }).addTo(map);
    } else {
      json(settings.outlines).then(function (outlines) {
        L.geoJSON(outlines, {
          interactive: false,
          style: { color: style("--ga-ink-soft", "#777"), weight: 1, fillColor: style("--ga-surface", "#fff"), fillOpacity: 1 }
        }).addTo(map).bringToBack();
      }).catch(function () { /* the data is drawn without outlines */ });
    }
    (settings.geojson ? json(settings.geojson) : pointsOf(settings)).then(function (data) {
      var labels = settings.points && settings.points.labels;
      var shapes = [];
      var layer = L.geoJSON(data, {
        style: { color: green, weight: 1.5, fillOpacity: 0.35 },
        pointToLayer: function (_feature, place) {
          return L.circleMarker(place, { radius: 5, weight: 1, color: green, fillColor: green, fillOpacity: 0.6 });
        },
        onEachFeature: function (feature, shape) {
          shape.bindPopup(function () { return popup(feature.properties, labels); });
          shapes.push([feature, shape]);
        }
      }).addTo(map);
      if (layer.getLayers().length) { map.fitBounds(layer.getBounds(), { maxZoom: 14, padding: [10, 10] }); }
      status.textContent = data.total > shapes.length && settings.points
        ? words.partial.replace("{n}", shapes.length).replace("{total}", data.total)
        : words.count.replace("{n}", shapes.length);
      var list = details.querySelector("ul");
      shapes.slice(0, LISTED).forEach(function (pair, number) {
        var item = document.createElement("li");
        var button = text("button", nameOf(pair[0].properties, number + 1, words));
        button.type = "button";
        button.addEventListener("click", function () {
          if (pair[1].getBounds) { map.fitBounds(pair[1].getBounds(), { maxZoom: 12 }); } else { map.setView(pair[1].getLatLng(), 12); }
          pair[1].openPopup();
        });
        item.appendChild(button);
        list.appendChild(item);
      });
      details.hidden = shapes.length === 0;
    }).catch(function () { status.textContent = words.failed; });
  }

  function ready() {
    document.querySelectorAll("[data-ga-map]").forEach(function (section) { start(section); });
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", ready); } else { ready(); }
}());
