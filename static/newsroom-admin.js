// What the event form does while one types. Everything works without it, only slower.
"use strict";

// Names are completed at the caret: arrows choose, Enter or a click takes, Escape closes.
function complete(field) {
  const list = document.createElement("ul");
  list.id = `${field.id}_names`;
  list.className = "names";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Known names");
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("autocomplete", "off");
  let chosen = -1;
  let latest = 0;

  const close = () => {
    latest += 1;
    list.hidden = true;
    list.replaceChildren();
    choose(-1);
  };
  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", i === number));
    if (number < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[number].id);
  };
  // The last name before the caret, quoted ones as a whole.
  const typed = () => /(?:^|,)\s*("(?:[^"]|"")*|[^,"]*)$/.exec(field.value.slice(0, field.selectionStart));
  const take = (name) => {
    const match = typed();
    const end = field.selectionStart;
    const quoted = /^"|,/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
    const rest = field.value.slice(end);
    field.setRangeText(rest.trim() ? quoted : `${quoted}, `, end - match[1].length, end, "end");
    close();
  };
  const show = (names) => {
    list.replaceChildren(
      ...names.map((name, i) => {
        const option = document.createElement("li");
        option.id = `${list.id}_${i}`;
        option.setAttribute("role", "option");
        option.textContent = name;
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(name);
        });
        return option;
      }),
    );
    list.hidden = !names.length;
    choose(-1);
  };

  field.addEventListener("input", async () => {
    const match = typed();
    const text = match ? match[1].replace(/^"/, "").trim() : "";
    if (!text) return close();
    const turn = ++latest;
    const language = document.querySelector("[name=language]")?.value ?? field.dataset.language;
    const query = new URLSearchParams({ q: text, language });
    const response = await fetch(`${field.dataset.names}?${query}`);
    if (response.ok && turn === latest) show((await response.json()).names);
  });
  field.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "Enter" && (count === 0 || chosen < 0)) return event.preventDefault();
    if (count === 0) return;
    if (event.key === "ArrowDown") choose((chosen + 1) % count);
    else if (event.key === "ArrowUp") choose((chosen + count - 1) % count);
    else if (event.key === "Enter") take(list.children[chosen].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", close);
}

// Rows move by buttons too; their order is numbered anew.
function move(button) {
  const row = button.closest(".inline-related");
  const rows = [...row.parentElement.querySelectorAll(":scope > .inline-related:not(.empty-form)")];
  const other = rows[rows.indexOf(row) + (button.dataset.move === "up" ? -1 : 1)];
  if (!other) return;
  if (button.dataset.move === "up") other.before(row);
  else other.after(row);
  row.parentElement
    .querySelectorAll(":scope > .inline-related:not(.empty-form) input._reorder_")
    .forEach((input, i) => (input.value = i + 1));
  button.focus();
}

// The library of the fields that search gives them no name: they take that of their label.
function nameSearchFields() {
  for (const box of document.querySelectorAll(".select2-selection")) {
    const select = box.closest(".select2-container").previousElementSibling;
    const value = box.querySelector(".select2-selection__rendered");
    const label = select?.labels?.[0];
    if (!label || !value) continue;
    label.id ||= `${select.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
    value.setAttribute("aria-labelledby", label.id);
  }
}

window.django?.jQuery?.(nameSearchFields);
document.addEventListener("formset:added", () => setTimeout(nameSearchFields));
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-names]").forEach(complete);
  document.querySelectorAll("[data-move]").forEach((button) => (button.hidden = false));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (button) move(button);
});
// The Markdown editor would keep Tab for itself, so that nobody leaves it by keyboard, and send dropped files.
for (const type of ["keydown", "paste", "drop"]) {
  document.addEventListener(
    type,
    (event) => {
      if (!event.target.closest?.(".markdownx-editor")) return;
      const files = event.clipboardData?.files.length || event.dataTransfer?.files.length;
      if (files) event.preventDefault();
      if (files || event.key === "Tab") event.stopPropagation();
    },
    true,
  );
}
