// What the forms of the desk mend in the libraries' fields; what the event form does stands in static/desk.
"use strict";

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

// Their lists open inside the page, not behind its end.
function openListsInside() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) select.dataset.dropdownParent = "#content";
}

openListsInside();
window.django?.jQuery?.(nameSearchFields);
document.addEventListener("formset:added", openListsInside, true); // before the library makes the field of a new row
document.addEventListener("formset:added", () => setTimeout(nameSearchFields));
window.django?.jQuery?.(document).on("select2:open", ({ target }) => {
  const field = document.querySelector(".select2-container--open .select2-search__field");
  const box = target.nextElementSibling.querySelector(".select2-selection");
  field.setAttribute("aria-labelledby", `${target.id}_label`);
  box.setAttribute("aria-controls", `select2-${target.id}-results`);
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
