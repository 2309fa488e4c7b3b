// Names of tags are completed: in a line of names, and between [[ and ]] in a text, where they tag the event too.
"use strict";

async function knownNames(text) {
  if (!text.trim()) return null;
  const found = await askForm("names", { q: text.trim(), language: languageOfForm() });
  return found?.names.map((name) => ({ text: name, name }));
}

const quoted = (name) => (/^"|,/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

function completeLine(field) {
  // The last name before the caret, quoted ones as a whole.
  const typed = () => /(?:^|,)\s*("(?:[^"]|"")*|[^,"]*)$/.exec(field.value.slice(0, field.selectionStart));
  completing(field, {
    name: "Known names",
    isFirstChosen: true,
    ask: () => knownNames(typed()?.[1].replace(/^"/, "") ?? ""),
    take: ({ name }) => {
      const end = field.selectionStart;
      const rest = field.value.slice(end);
      const text = rest.trim() ? quoted(name) : `${quoted(name)}, `;
      field.setRangeText(text, end - typed()[1].length, end, "end");
      announce(field);
    },
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey) event.preventDefault(); // it is one line
  });
}

function addTag(name) {
  const field = document.getElementById("id_tag_names");
  const known = field?.value.split(",").map((one) => one.trim().toLowerCase().replaceAll('"', ""));
  if (!field || known.includes(name.toLowerCase().replaceAll('"', ""))) return;
  const before = field.value.replace(/[\s,]+$/, "");
  field.value = before ? `${before}, ${quoted(name)}` : quoted(name);
  announce(field);
}

function completeText(field) {
  const isPlain = field.dataset.links === "plain";
  const before = () => field.value.slice(0, field.selectionStart);
  const close = (from, name, words) => {
    const text = isPlain ? words || name : words ? `[[${name}|${words}]]` : `[[${name}]]`;
    field.setRangeText(text, from, field.selectionStart, "end");
    addTag(name);
  };
  completing(field, {
    name: "Known names",
    isFirstChosen: true,
    ask: () => knownNames(/\[\[([^[\]|\n]*)$/.exec(before())?.[1] ?? ""),
    take: ({ name }) => {
      if (field.value.startsWith("]]", field.selectionStart)) {
        field.setRangeText("", field.selectionStart, field.selectionStart + 2);
      }
      close(before().lastIndexOf("[["), name);
      announce(field);
    },
  });
  field.addEventListener("input", (event) => {
    const link = /\[\[([^[\]|\n]+)(?:\|([^[\]|\n]+))?\]\]$/.exec(before());
    if (link && event.inputType) close(link.index, link[1].trim(), link[2]?.trim());
  });
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-names]:not(#assist)").forEach(completeLine);
  document.querySelectorAll("[data-links]").forEach(completeText);
});
