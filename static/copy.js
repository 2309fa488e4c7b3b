// A button that copies what stands in a field.
"use strict";

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select(); // without a secure connection a browser lends the clipboard to what is selected alone
      document.execCommand("copy");
    }
    button.textContent = button.dataset.copied;
  });
}
