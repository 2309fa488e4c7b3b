// The related events as readers will see them, for the tags typed so far; one press pins or hides one in a row below.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const assist = document.getElementById("assist");
  const group = document.getElementById("related_links-group");
  const panel = group?.querySelector(".foreseen");
  if (!assist || !panel) return;
  const status = element("p", { role: "status", class: "help" });
  const list = element("ol", {});
  panel.append(element("h3", {}, "What readers will see"), list, status);
  panel.hidden = false;
  let latest = 0;
  let pause;

  const rows = () =>
    [...group.querySelectorAll(".inline-related:not(.empty-form)")]
      .map((row) => ({
        target: row.querySelector("[name$=-target]"),
        kind: row.querySelector("[name$=-kind]")?.value,
        isGone: row.querySelector("[name$=-DELETE]")?.checked,
      }))
      .filter(({ target, isGone }) => target?.value && !isGone);

  const press = (event, kind, button) => {
    const row = emptyRow(group);
    const target = row?.querySelector("[name$=-target]");
    if (!target) return;
    target.append(new Option(`${event.date} · ${event.headline}`, event.id, true, true));
    row.querySelector("[name$=-kind]").value = kind;
    row.querySelector("[name$=-context]").value = event.context.map(quoted).join(", ");
    window.django?.jQuery?.(target).trigger("change");
    announce(target);
    status.textContent = `${kind === "pinned" ? "Pinned" : "Hidden"}: ${event.headline}`;
    if (kind === "pinned") row.querySelector("[name$=-note]").focus();
    else (button.closest("li").nextElementSibling ?? button.closest("li").previousElementSibling)?.querySelector("button")?.focus();
  };
  const button = (words, kind, event) => {
    const made = element("button", { type: "button", class: "move" }, words);
    made.append(element("span", { class: "visually-hidden" }, ` “${event.headline}”`));
    made.addEventListener("click", () => press(event, kind, made));
    return made;
  };
  const item = (event) => {
    const context = element("span", { class: "context" }, event.context.join(" · "));
    return element("li", { "data-event": event.id }, ...eventLink(event).slice(0, 3), " ", context, " ", button("Pin", "pinned", event), button("Hide", "hidden", event));
  };
  const stored = ({ target, kind }) =>
    element("li", {}, target.selectedOptions[0].text, " ", element("span", { class: "context" }, kind === "pinned" ? "pinned below" : "from the archive"));

  const look = async () => {
    const now = rows();
    const computes = document.getElementById("id_computes_related")?.checked;
    const shown = ["pinned", "imported"].flatMap((kind) =>
      now.filter((row) => row.kind === kind && !(kind === "imported" && computes)),
    );
    const holds = shown.some((row) => row.kind === "imported");
    const names = ["id_tag_names", "id_topic_names"].map((id) => document.getElementById(id)?.value ?? "");
    const query = new URLSearchParams({ tags: names.filter(Boolean).join(", "), language: languageOfForm() });
    [assist.dataset.event, ...now.map(({ target }) => target.value)].forEach((number) => query.append("without", number));
    const turn = ++latest;
    const found = holds ? [] : ((await askForm("related", query))?.events ?? []);
    if (turn !== latest) return;
    const focused = document.activeElement?.closest?.(".foreseen [data-event]")?.dataset.event;
    list.replaceChildren(...[...shown.map(stored), ...found.map(item)].slice(0, 10));
    if (focused) (list.querySelector(`[data-event="${focused}"] button`) ?? list.querySelector("button"))?.focus();
    panel.hidden = !list.children.length;
  };
  const later = (event) => {
    const isOurs = event.target.matches?.("#id_tag_names, #id_topic_names, #id_computes_related, [name=language]");
    if (!isOurs && !event.target.closest?.("#related_links-group")) return;
    clearTimeout(pause);
    pause = setTimeout(look, 400);
  };
  document.addEventListener("input", later);
  document.addEventListener("change", later);
  window.django?.jQuery?.(group).on("change", "select", later);
  look();
});
