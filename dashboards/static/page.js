// What the pages do in the browser. Everything works without it, except opening groups in place.
"use strict";

const root = document.documentElement;
const kept = localStorage.getItem("theme");
if (kept === "dark" || kept === "light") root.dataset.theme = kept;

const all = (selector, from = document) => [...from.querySelectorAll(selector)];

function showFields(form) {
  const choice = form.querySelector("select[name=decision]");
  if (!choice) return;
  const wanted = (choice.selectedOptions[0]?.dataset.fields || "").split(" ");
  all("[data-field]", form).forEach((field) => field.classList.toggle("off", !wanted.includes(field.dataset.field)));
}

function showSelected() {
  const form = document.getElementById("decide");
  const told = form?.querySelector("[data-selected]");
  if (!told) return;
  const count = all("input[name=key][form=decide]:checked").length;
  const every = form.querySelector("input[name=all]");
  form.classList.toggle("has-some", count > 0 || Boolean(every?.checked));
  told.textContent = every?.checked ? "All that match are selected."
    : count ? `${count} selected` : "Select rows to decide about them.";
}

function ready() {
  all("form[data-decide]").forEach(showFields);
  showSelected();
}

function closeNested(body) {
  const depth = Number(body.dataset.depth);
  let next = body.nextElementSibling;
  while (next?.matches("tbody.group") && Number(next.dataset.depth) > depth) {
    const after = next.nextElementSibling;
    next.remove();
    next = after;
  }
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, summary, [data-print]");
  if (!event.target.closest("details[data-popup]")) all("details[data-popup][open]").forEach((one) => { one.open = false; });
  if (!target) return;
  if (target.matches("[data-theme-toggle]")) {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  } else if (target.matches("[data-print]")) {
    all("details[data-popup][open]").forEach((one) => { one.open = false; });
    window.print();
  } else if (target.matches("[data-example]")) {
    const question = document.getElementById("sql");
    question.value = target.dataset.example;
    question.focus();
  } else if (target.matches(".twist")) {
    const isOpen = target.getAttribute("aria-expanded") === "true";
    target.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) closeNested(target.closest("tbody"));
    else htmx.trigger(target, "open");
  }
});

document.addEventListener("change", (event) => {
  const changed = event.target;
  if (changed.matches("[data-submit]")) changed.form.requestSubmit();
  if (changed.matches("[data-pick-all]")) {
    all("input[name=key][form=decide]").forEach((one) => { one.checked = changed.checked; });
  }
  if (changed.matches("select[name=decision]")) showFields(changed.form);
  if (changed.matches("[data-pick-all], input[name=key], input[name=all]")) showSelected();
});

// Empty fields stay out of the address, so that it says only what was asked.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get") return;
  if (form.matches("[data-columns]")) {
    const boxes = all("input[name=columns]:checked", form);
    const joined = document.createElement("input");
    joined.type = "hidden";
    joined.name = "columns";
    joined.value = boxes.map((one) => one.value).join(",");
    boxes.forEach((one) => { one.disabled = true; });
    form.append(joined);
  }
  all("input, select", form).filter((one) => one.value === "" && !one.multiple).forEach((one) => { one.disabled = true; });
}, true);

// Amounts are added up in cents as whole numbers: a binary fraction has no place near them.
const cents = (text) => BigInt(text.replace(".", ""));
const inMoney = (sum) => {
  const digits = (sum < 0n ? -sum : sum).toString().padStart(3, "0");
  return `${sum < 0n ? "-" : ""}${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${digits.slice(-2)}`;
};

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-adds-up]");
  if (!form) return;
  const chosen = all("[data-amount]:checked", form);
  const sum = chosen.reduce((so_far, one) => so_far + cents(one.dataset.amount), 0n);
  const difference = cents(form.dataset.addsUp) - sum;
  form.querySelector("[data-selected-amount]").textContent = inMoney(sum);
  const told = form.querySelector("[data-difference]");
  told.className = `state ${!chosen.length ? "" : difference ? "warn" : "good"}`;
  told.textContent = !chosen.length ? "" : difference ? `${inMoney(difference)} stay open as a difference` : "adds up";
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details[data-popup][open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
    return;
  }
  if (event.target.closest("input:not([type=checkbox]), textarea, select") || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if (event.key === "j" || event.key === "k") {
    const stops = all(".grid tbody tr").map((row) => row.querySelector("a, button, input")).filter(Boolean);
    const at = stops.findIndex((one) => one.closest("tr") === document.activeElement.closest("tr"));
    stops[Math.max(0, Math.min(stops.length - 1, at + (event.key === "j" ? 1 : -1)))]?.focus();
  } else if (event.key === "x") {
    const box = document.activeElement.closest("tr")?.querySelector("input[name=key]");
    if (box) { box.checked = !box.checked; showSelected(); }
  } else if (event.key === "n" || event.key === "p") {
    document.querySelector(event.key === "n" ? "a[rel=next]" : "a[rel=prev]")?.click();
  }
});

document.addEventListener("DOMContentLoaded", ready);
document.addEventListener("htmx:afterSettle", ready);
document.addEventListener("pageshow", () => all("form [disabled]").forEach((one) => { one.disabled = false; }));
