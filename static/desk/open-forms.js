// The event form keeps itself: what is typed goes to the server every few seconds and when the page is left, and the
// server answers who else is at the event. Without this script the form only saves when it is told to.
"use strict";

const LOOK = 3000; // milliseconds between two looks at what was typed
const SIGN = 15000; // … between two signs of life of a form in which nothing is typed
const SURE = 60000; // … for which the server certainly remembers the form
const isLong = (data) => data.length > 60000; // a browser sends no more from a page that it leaves

function keep(box) {
  const form = box.closest("form");
  const news = box.querySelector(".news");
  const kept = box.querySelector(".kept");
  const typed = () => {
    const data = new URLSearchParams(new FormData(form));
    data.delete("csrfmiddlewaretoken");
    return data.toString();
  };
  let sent = "typed" in box.dataset ? null : typed(); // what the server knows, or what it had itself sent
  let answeredAt = 0;
  let askedAt = 0;
  let isGoing = false; // submitted or left: what came later would look unsaved, or as if the form were still open
  let running = null;

  const say = (text) => {
    if (news.textContent !== text) news.textContent = text;
  };
  const post = (body, isLeaving) =>
    fetch(box.dataset.openForm, {
      method: "POST",
      body,
      signal: isLeaving ? undefined : running.signal,
      keepalive: isLeaving,
    });
  // A login that began anew in another window gave the person another token; the forms of this page go on with it.
  const postAnew = async (body, refused) => {
    const answer = await fetch(box.dataset.openForm);
    if (!answer.ok || answer.redirected) return refused;
    const { token } = await answer.json();
    body.set("csrfmiddlewaretoken", token);
    const response = await post(body, false);
    if (response.ok) document.getElementsByName("csrfmiddlewaretoken").forEach((field) => (field.value = token));
    return response;
  };
  const send = async (isLeaving = false) => {
    const data = typed();
    const isNew = data !== sent && !(isLeaving && isLong(data));
    const body = new URLSearchParams(isNew ? data : { version: form.elements.version?.value ?? "" });
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("_event", box.dataset.event);
    if (isNew) body.set("_typed", "1");
    if (isLeaving) body.set("_leaving", "1");
    if (Date.now() - answeredAt < SURE) body.set("_known", "1");
    askedAt = Date.now();
    if (!isLeaving || isNew) running?.abort();
    running = new AbortController();
    try {
      let response = await post(body, isLeaving);
      if (response.status === 403 && !isLeaving) response = await postAnew(body, response);
      if (response.status === 413) return say((await response.json()).error);
      if (response.redirected || response.status === 403) {
        return say("What you type is not kept: log in again in another window, then go on here.");
      }
      if (!response.ok) throw new Error(response.statusText);
      say((await response.json()).news);
      answeredAt = Date.now();
      if (isNew) {
        sent = data;
        kept.textContent = `Kept on the server at ${new Date().toTimeString().slice(0, 8)}, not saved yet.`;
      }
    } catch (error) {
      if (error.name !== "AbortError") say("What you type is not kept: the server does not answer. Leave this page open.");
    }
  };

  window.addEventListener("beforeunload", (event) => {
    const data = typed();
    if (isGoing || data === sent || !isLong(data)) return;
    send();
    event.preventDefault(); // the browser asks whether to leave; meanwhile it is sent
  });
  form.addEventListener("submit", () => {
    isGoing = true;
    running?.abort();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isGoing = false;
    send();
  });
  window.addEventListener("pagehide", () => {
    if (!isGoing) send(true);
    isGoing = true;
  });
  document.addEventListener("visibilitychange", () => {
    // Whoever comes back has perhaps logged in anew elsewhere, and is told what happened meanwhile.
    if (!isGoing && (document.visibilityState === "visible" || typed() !== sent)) send();
  });
  setInterval(() => {
    if (!isGoing && (typed() !== sent || Date.now() - askedAt >= SIGN)) send();
  }, LOOK);
  send();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-open-form]").forEach(keep);
});
