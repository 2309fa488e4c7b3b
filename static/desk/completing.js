// A list of suggestions below a field: arrows choose, Enter or a click takes, Escape closes.
"use strict";

// `ask` gives a promise of options ({ text, … }), or nothing to close the list; `take` gets the chosen one.
// With `isFirstChosen` Enter takes the first at once.
function completing(field, { name, ask, take, isFirstChosen = false, wait = 0 }) {
  const list = document.createElement("ul");
  list.id = `${field.id}_${name.toLowerCase().replaceAll(" ", "_")}`;
  list.className = "names";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", name);
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("autocomplete", "off");
  let options = [];
  let chosen = -1;
  let latest = 0;
  let pause;

  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", i === number));
    if (number < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[number].id);
  };
  const show = (found) => {
    options = found;
    list.replaceChildren(
      ...options.map((option, i) => {
        const item = document.createElement("li");
        item.id = `${list.id}_${i}`;
        item.setAttribute("role", "option");
        item.textContent = option.text;
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          close();
          take(option);
        });
        return item;
      }),
    );
    list.hidden = !options.length;
    // Over what stands below, so that nothing moves while one types.
    list.style.top = `${field.offsetTop + field.offsetHeight}px`;
    list.style.left = `${field.offsetLeft}px`;
    list.style.width = `${field.offsetWidth}px`;
    choose(isFirstChosen && options.length ? 0 : -1);
  };
  const close = () => {
    latest += 1;
    clearTimeout(pause);
    show([]);
  };

  field.addEventListener("input", () => {
    const turn = ++latest;
    clearTimeout(pause);
    if (document.activeElement !== field) return;
    pause = setTimeout(async () => {
      const found = await ask();
      if (turn === latest) show(found ?? []);
    }, wait);
  });
  field.addEventListener("keydown", (event) => {
    if (!options.length || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown") choose((chosen + 1) % options.length);
    else if (event.key === "ArrowUp") choose((chosen + options.length - 1) % options.length);
    else if (event.key === "Enter" && chosen >= 0) {
      const option = options[chosen];
      close();
      take(option);
    } else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  field.addEventListener("blur", close);
}

// The JSON that a view of the form answers with; nothing if it does not.
async function askForm(view, query) {
  const address = document.getElementById("assist")?.dataset[view];
  const response = address && (await fetch(`${address}?${new URLSearchParams(query)}`).catch(() => null));
  return response?.ok ? response.json() : null;
}

function languageOfForm() {
  return document.querySelector("[name=language]")?.value ?? document.querySelector("[data-names]")?.dataset.language;
}

// Whoever watches a field hears that it was changed here.
function announce(field) {
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
}

// An element with its text or children.
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// A link to an event, which opens beside the form, with its date and state.
function eventLink(event) {
  const link = element("a", { href: event.url, target: "_blank", rel: "noopener" }, event.headline);
  return [element("time", { datetime: event.date }, event.date), " ", link, ` ${event.state.toLowerCase()}`];
}
