/* Fields and groups of fields that repeat: adds one from the <template>, takes one away, keeps the keyboard's place.
 * The buttons come hidden, so that without JavaScript nobody meets a dead one. */
"use strict";

ckan.module("metadata-repeating", function ($) {
  return {
    initialize: function () {
      var root = this.el[0];
      this.items = root.querySelector(".ga-repeat-items");
      this.template = root.querySelector(":scope > template");
      this.add = root.querySelector(":scope > .ga-repeat-add");
      this.next = this.items.children.length;
      this.add.hidden = false;
      this.add.addEventListener("click", this.addItem.bind(this));
      this.items.addEventListener("click", this.onClick.bind(this));
      this.show();
    },

    teardown: function () {
      this.add.hidden = true;
    },

    /* Shows the remove buttons of this list, not those of a list inside one of its items. */
    show: function () {
      var items = this.items;
      Array.prototype.forEach.call(items.querySelectorAll(".ga-repeat-remove"), function (button) {
        if (button.closest(".ga-repeat-items") === items) {
          button.hidden = false;
        }
      });
    },

    addItem: function () {
      var holder = document.createElement("div");
      holder.innerHTML = this.template.innerHTML
        .replace(/REPEATING-INDEX/g, String(this.next))
        .replace(/REPEATING-NUMBER/g, String(this.next + 1));
      this.next += 1;
      var item = holder.firstElementChild;
      this.items.appendChild(item);
      $("[data-module]", item).each(function () {
        ckan.module.initializeElement(this);
      });
      this.show();
      var first = item.querySelector("input, select, textarea");
      if (first) {
        first.focus();
      }
    },

    onClick: function (event) {
      var button = event.target.closest(".ga-repeat-remove");
      if (!button || button.closest(".ga-repeat-items") !== this.items) {
        return;
      }
      var item = button.closest(".ga-repeat-item");
      Array.prototype.forEach.call(item.querySelectorAll("input, select, textarea"), function (control) {
        control.value = "";
      });
      item.hidden = true;
      item.classList.add("ga-repeat-removed");
      this.add.focus();
    },
  };
});
