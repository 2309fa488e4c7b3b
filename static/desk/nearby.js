// Events that tell already what is being entered are shown below the headline while one types.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const assist = document.getElementById("assist");
  const headline = document.getElementById("id_headline");
  if (!assist || !headline) return;
  const region = element("div", { role: "status", class: "nearby" });
  headline.closest(".form-row").after(region);
  let shown = "";
  let latest = 0;
  let pause;

  const look = async () => {
    const urls = [...document.querySelectorAll("[data-cited]")].map((field) => field.value.trim());
    const query = new URLSearchParams({
      headline: headline.value,
      date: document.getElementById("id_date")?.value ?? "",
      language: languageOfForm(),
      event: assist.dataset.event,
    });
    urls.filter((url) => /^https?:/i.test(url)).forEach((url) => query.append("url", url));
    const turn = ++latest;
    const found = (await askForm("nearby", query))?.events ?? [];
    const state = JSON.stringify(found);
    if (turn !== latest || state === shown) return; // what is said already is not said again
    shown = state;
    const items = found.map((event) => {
      const why = event.cites_the_same ? " · cites the same" : "";
      return element("li", {}, ...eventLink(event), why);
    });
    region.replaceChildren();
    if (items.length) region.append(element("p", {}, "Does one of these tell it already?"), element("ul", {}, ...items));
  };
  const later = (event) => {
    if (!event.target.matches?.("#id_headline, #id_date, [name=language], [data-cited]")) return;
    clearTimeout(pause);
    pause = setTimeout(look, 400);
  };
  document.addEventListener("input", later);
  document.addEventListener("change", later);
});
