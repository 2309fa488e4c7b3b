// Below a field for a tag stand the tags that begin so: arrows choose, Enter or a press takes, Escape closes.
"use strict";

for (const field of document.querySelectorAll("[data-tags]")) suggestTags(field);

function suggestTags(field) {
  const list = document.createElement("ul");
  list.id = `${field.id}-list`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0].textContent);
  field.after(list);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, autocomplete: "off" };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
  let chosen = -1;
  let asked = "";

  const mark = (number) => {
    chosen = number;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", at === number));
    if (number < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[number].id);
    list.children[number]?.scrollIntoView({ block: "nearest" });
  };
  const show = (tags) => {
    list.replaceChildren(...tags.map(({ name, count }, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      option.dataset.name = name;
      option.append(name, Object.assign(document.createElement("small"), { textContent: count }));
      option.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
      option.addEventListener("click", () => take(at));
      return option;
    }));
    list.hidden = !tags.length;
    field.setAttribute("aria-expanded", tags.length > 0);
    mark(-1);
  };
  const take = (number) => {
    field.value = list.children[number].dataset.name;
    asked = "";
    show([]);
  };

  show([]);
  field.addEventListener("input", async () => {
    const typed = (asked = field.value.trim());
    await new Promise((resolve) => setTimeout(resolve, 150));
    if (typed !== asked) return;
    const query = new URLSearchParams({ q: typed });
    const response = typed && (await fetch(`${field.dataset.tags}?${query}`).catch(() => null));
    const found = response?.ok ? (await response.json()).tags : [];
    if (typed === asked) show(found);
  });
  field.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (!count || event.isComposing) return;
    if (event.key === "ArrowDown") mark((chosen + 1) % count);
    else if (event.key === "ArrowUp") mark((chosen < 1 ? count : chosen) - 1);
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else if (event.key === "Escape") {
      asked = "";
      show([]);
    } else return;
    event.preventDefault();
  });
  field.addEventListener("blur", () => {
    asked = "";
    show([]);
  });
}
