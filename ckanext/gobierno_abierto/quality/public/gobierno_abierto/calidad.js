/* Follows the check of a file while it runs and shows the outcome without loading the page again.
 *
 * A box [data-ga-check] in an open state is asked about at the address data-ga-url; words come translated from the
 * server. When it ends, the page is fetched once and every part of it that the check changes takes the new content:
 * boxes, and elements with [data-ga-live] and an id.
 */
(function () {
  "use strict";
  var OPEN = ["waiting", "reading", "checking", "loading"];
  var FIRST = 1000;
  var LAST = 5000;
  /* Failed questions in a row after which the page stops asking. */
  var PATIENCE = 8;
  var delay = FIRST;
  var failures = 0;
  var timer = null;
  var running = false;

  function openBoxes() {
    return Array.prototype.filter.call(document.querySelectorAll("[data-ga-check]"), function (box) {
      return OPEN.indexOf(box.getAttribute("data-ga-state")) >= 0;
    });
  }

  function write(box, part, text) {
    var holder = box.querySelector("[data-ga-" + part + "]");
    if (holder && holder.textContent !== text) holder.textContent = text;
  }

  function ask(box) {
    return fetch(box.getAttribute("data-ga-url"), { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (body) {
        var found = body.result;
        var before = box.getAttribute("data-ga-state");
        write(box, "label", found.label);
        write(box, "detail", found.detail || "");
        box.setAttribute("data-ga-state", found.state);
        if (found.state !== before) delay = FIRST;
        failures = 0;
        return OPEN.indexOf(found.state) < 0 ? box : null;
      });
  }

  /* The live region stays the same element, so that its new text is announced. */
  function renew(box, fresh) {
    if (!fresh) {
      box.querySelector("[data-ga-rest]").textContent = "";
      return;
    }
    ["data-ga-state", "class"].forEach(function (name) {
      box.setAttribute(name, fresh.getAttribute(name) || "");
    });
    ["[role=status]", "[data-ga-rest]"].forEach(function (part) {
      var old = box.querySelector(part);
      var now = fresh.querySelector(part);
      if (old && now) old.innerHTML = now.innerHTML;
    });
  }

  function refresh(ended) {
    return fetch(window.location.href, { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        ended.forEach(function (box) {
          renew(box, page.getElementById(box.id));
        });
        document.querySelectorAll("[data-ga-live][id]").forEach(function (old) {
          var fresh = page.getElementById(old.id);
          if (!fresh) return;
          var held = old.contains(document.activeElement);
          fresh = document.importNode(fresh, true);
          old.replaceWith(fresh);
          if (held) {
            fresh.setAttribute("tabindex", "-1");
            fresh.focus();
          }
        });
      })
      .catch(function () {
        /* The boxes already say how it ended; the rest comes with the next page. */
      });
  }

  /* One question at a time, however many files are being checked. */
  function round() {
    timer = null;
    if (document.hidden || running) return;
    running = true;
    var ended = [];
    openBoxes()
      .reduce(function (before, box) {
        return before.then(function () {
          return ask(box).then(
            function (found) {
              if (found) ended.push(found);
            },
            function () {
              failures += 1;
            }
          );
        });
      }, Promise.resolve())
      .then(function () {
        return ended.length ? refresh(ended) : null;
      })
      .then(function () {
        running = false;
        plan();
      });
  }

  function plan() {
    if (timer !== null || running || document.hidden || failures >= PATIENCE || !openBoxes().length) return;
    timer = window.setTimeout(round, delay);
    delay = Math.min(LAST, Math.round(delay * 1.3));
  }

  document.addEventListener("visibilitychange", function () {
    if (document.hidden && timer !== null) {
      window.clearTimeout(timer);
      timer = null;
    }
    if (!document.hidden) {
      delay = FIRST;
      failures = 0;
    }
    plan();
  });
  plan();
})();
