// Rows move by buttons too, their order is numbered anew; Ctrl+Enter saves from anywhere, and in the field of a button
// Enter presses that one.
"use strict";

const ROWS = ":scope > .inline-related:not(.empty-form)";

function move(button) {
  const row = button.closest(".inline-related");
  const rows = [...row.parentElement.querySelectorAll(ROWS)];
  const other = rows[rows.indexOf(row) + (button.dataset.move === "up" ? -1 : 1)];
  if (!other) return;
  if (button.dataset.move === "up") other.before(row);
  else other.after(row);
  row.parentElement
    .querySelectorAll(`${ROWS} input._reorder_`)
    .forEach((input, i) => (input.value = i + 1));
  announce(row.querySelector("input._reorder_"));
  button.focus();
}

function isEmpty(row) {
  const fields = row.querySelectorAll("input:not(._reorder_):not([type=checkbox]), textarea, select[name$=-target]");
  return [...fields].every((field) => !field.value || /-(event|id)$/.test(field.name));
}

// An empty row has nowhere to go: its buttons are no stops for those who go by keyboard.
function showMoves(row) {
  row.querySelectorAll("[data-move], .inline-deletelink").forEach((button) => (button.hidden = isEmpty(row)));
}

// The first empty row of a group, a new one if there is none.
function emptyRow(group) {
  const find = () => [...group.querySelectorAll(".inline-related:not(.empty-form)")].find(isEmpty);
  if (!find()) group.querySelector(".add-row a")?.click();
  return find();
}

for (const type of ["input", "change"]) {
  document.addEventListener(type, (event) => {
    const row = event.target.closest?.(".inline-related");
    if (row) showMoves(row);
  });
}
document.addEventListener("formset:added", (event) => showMoves(event.target));
// After the library has added its own buttons to the rows.
window.django?.jQuery?.(() => setTimeout(() => document.querySelectorAll(".inline-related").forEach(showMoves)));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (button) move(button);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const word = event.target.closest?.(".moves .word");
  const isLine = word && event.target.matches("input");
  if (!isLine && !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  (word ?? document.querySelector(".save-bar"))?.querySelector("[type=submit]")?.click();
});
