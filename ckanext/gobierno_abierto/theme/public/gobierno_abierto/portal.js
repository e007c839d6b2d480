/* Comforts for browsers with JavaScript. Reading, searching and downloading work without this file. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  /* Words come from the page, which is translated on the server (see snippets/script_words.html). */
  function word(name) {
    var holder = document.getElementById("ga-words");
    return (holder && holder.getAttribute("data-" + name)) || "";
  }

  /* Browsers that cannot show a closed <details> on a wide screen get it opened. */
  if (!(window.CSS && CSS.supports && CSS.supports("selector(::details-content)"))) {
    var wide = window.matchMedia("(min-width: 62rem)");
    var follow = function () {
      document.querySelectorAll("details[data-ga-wide]").forEach(function (box) {
        box.open = wide.matches;
      });
    };
    follow();
    wide.addEventListener("change", follow);
  }

  /* Menus close with Escape and with a click elsewhere. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.ga-menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.ga-menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  /* A copy button on every code example and citation. */
  if (navigator.clipboard) {
    var live = document.createElement("div");
    live.className = "visually-hidden";
    live.setAttribute("role", "status");
    document.body.appendChild(live);
    document.querySelectorAll("[data-ga-copy]").forEach(function (figure) {
      var source = figure.querySelector("code, [data-ga-text]");
      if (!source) return;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "ga-copy";
      button.textContent = word("copy");
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(source.textContent.trim()).then(function () {
          button.textContent = live.textContent = word("copied");
          setTimeout(function () {
            button.textContent = word("copy");
            live.textContent = "";
          }, 2500);
        });
      });
      figure.appendChild(button);
    });
  }

  /* Form pages: Select2 forgets to name its boxes, and files can only be dragged; both mended for keyboard and reader. */
  if (root.classList.contains("ga-full")) {
    var mend = function () {
      document.querySelectorAll(".select2-selection:not([aria-label]), .select2-selection__rendered[role]:not([aria-label])").forEach(function (box) {
        var container = box.closest(".select2-container");
        var field = container && container.previousElementSibling;
        var label = field && field.id && document.querySelector('label[for="' + CSS.escape(field.id) + '"]');
        if (label) box.setAttribute("aria-label", label.textContent.replace(/\s+/g, " ").trim());
      });
      document.querySelectorAll("a.handle:not([aria-label])").forEach(function (handle) {
        handle.setAttribute("aria-label", word("move"));
        handle.setAttribute("role", "button");
      });
    };
    new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
    mend();
    document.addEventListener("keydown", function (event) {
      var handle = event.target.closest && event.target.closest("a.handle");
      if (!handle || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      var item = handle.closest("li");
      var other = event.key === "ArrowUp" ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      event.preventDefault();
      item.parentNode.insertBefore(item, event.key === "ArrowUp" ? other : other.nextElementSibling);
      handle.focus();
    });
  }

  /* The order of results changes at once; without JavaScript its button does it. */
  document.querySelectorAll("select[data-ga-submit]").forEach(function (select) {
    select.addEventListener("change", function () {
      select.form.submit();
    });
  });
})();
