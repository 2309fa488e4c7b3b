// The one field of a citation: an address finds its source or announces a new one, words find titles and names.
"use strict";

const ASK_AGAIN = [1500, 3000, 6000, 12000]; // milliseconds until the page of an address is asked for once more

function citing(row) {
  const [cited, label, source] = ["cited", "label", "source"].map((name) => row.querySelector(`[name$=-${name}]`));
  const chosen = row.querySelector(".chosen");
  if (!cited || !label || !source || row.classList.contains("empty-form")) return;
  chosen.setAttribute("role", "status");
  let ours = ""; // the label that was filled in here

  const fillLabel = (name) => {
    if (name && (!label.value || label.value === ours)) {
      label.value = ours = name;
      announce(label);
    }
  };
  const say = (...children) => {
    chosen.hidden = false;
    chosen.replaceChildren(...children);
  };
  const choose = (one) => {
    source.value = one.id;
    cited.value = "";
    fillLabel(one.label);
    announce(source);
    const link = element("a", { href: one.url, target: "_blank", rel: "noopener" }, one.title);
    say(element("p", {}, [one.label, ""].filter(Boolean).join(" · "), one.label ? " · " : "", link, one.date ? ` · ${one.date}` : ""));
    if (one.events.length) {
      const items = one.events.map((event) => element("li", {}, ...eventLink(event)));
      chosen.append(element("p", {}, "Cited already by:"), element("ul", {}, ...items));
    }
    emptyRow(row.closest(".inline-group"));
  };
  const announceNew = (told) => {
    const facts = [told?.label, told?.title, told?.authors?.join(", "), told?.date].filter(Boolean).join(" · ");
    const words = { waiting: "Its page is being read.", dead: "Its server says that it is gone." }[told?.outcome] ?? "";
    say(element("p", {}, "A new source. ", facts || words));
    fillLabel(told?.label);
  };
  const follow = async (url, waits = ASK_AGAIN) => {
    const told = await fetchPage(url);
    if (cited.value.trim() !== url) return;
    announceNew(told);
    if (told?.outcome === "waiting" && waits.length) setTimeout(() => follow(url, waits.slice(1)), waits[0]);
  };

  completing(cited, {
    name: "Sources",
    wait: 150,
    ask: async () => {
      const words = cited.value.trim();
      const found = words && (await askForm("sources", { q: words }));
      if (!found || cited.value.trim() !== words) return null;
      if (found.is_address) {
        if (found.sources.length) choose(found.sources[0]);
        else {
          source.value = "";
          announceNew({ outcome: "waiting" });
          fillLabel(found.labels[0]);
          follow(words);
          emptyRow(row.closest(".inline-group"));
        }
        return null;
      }
      const labels = found.labels.map((name) => ({ text: `${name}, the name alone`, name }));
      const titles = found.sources.map((one) => ({ text: [one.label, one.title, one.date].filter(Boolean).join(" · "), one }));
      return [...labels, ...titles];
    },
    take: ({ one, name }) => {
      if (one) choose(one);
      else takeName(name);
    },
  });
  const takeName = (name) => {
    if (label.value && label.value !== ours) return;
    cited.value = source.value = "";
    chosen.hidden = true;
    fillLabel(name);
    emptyRow(row.closest(".inline-group"));
  };
  const settle = () => {
    const words = cited.value.trim();
    if (words && !/^https?:\/\//i.test(words) && !source.value) takeName(words);
  };
  cited.addEventListener("blur", settle);
  cited.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // it would save
    settle();
  });
}

async function fetchPage(url) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const address = document.getElementById("assist").dataset.fetch;
  const options = { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ url }) };
  const response = await fetch(address, options).catch(() => null);
  return response?.ok ? response.json() : null;
}

document.addEventListener("DOMContentLoaded", () => {
  if (document.getElementById("assist")) document.querySelectorAll("#citations-group .inline-related").forEach(citing);
});
document.addEventListener("formset:added", (event) => {
  if (event.detail.formsetName === "citations") citing(event.target);
});
