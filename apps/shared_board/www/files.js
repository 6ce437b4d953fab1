// What the shared board has beyond the board: where a message was written, and files.

import { refresh } from "./board.js";

const largest = 8 * 1024 * 1024;
const byId = (id) => document.getElementById(id);
const [form, error, chosen] = ["form", "error", "files"].map(byId);
const isPicture = (name) => /\.(png|jpe?g|gif|webp)$/i.test(name);

function sizeOf(bytes) {
  const units = ["B", "KiB", "MiB"];
  const unit = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2;
  const number = bytes / 1024 ** unit;
  return `${unit && number < 10 ? number.toFixed(1) : Math.round(number)} ${units[unit]}`;
}

// The file comes from this page's own engine, wherever that has it from.
function linkTo(message) {
  const link = document.createElement("a");
  link.href = `/api/files/${message.id}`;
  link.title = message.cid;
  if (isPicture(message.file)) {
    const picture = link.appendChild(document.createElement("img"));
    picture.src = link.href;
    picture.alt = "";
    picture.addEventListener("error", () => picture.remove());
  }
  link.append(`${message.file} (${sizeOf(message.size)})`);
  return link;
}

document.addEventListener("message", ({ detail: { message, item } }) => {
  const origin = document.createElement("span");
  origin.className = "origin";
  origin.textContent = message.here ? "here" : `at …${message.id.split("/")[0].slice(-6)}`;
  item.querySelector("strong").after(origin);
  if (message.file) item.append(linkTo(message));
});

async function post(file) {
  const by = form.elements.name.value.trim();
  if (!by) {
    form.elements.name.focus();
    throw new Error("Say who posts the file: your name is missing.");
  }
  if (file.size > largest) throw new Error(`${file.name} is larger than ${sizeOf(largest)}.`);
  const query = `by=${encodeURIComponent(by)}&name=${encodeURIComponent(file.name)}`;
  const response = await fetch(`/api/files?${query}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: file,
  });
  if (response.ok) return;
  const body = await response.json().catch(() => ({}));
  throw new Error(body.error ?? `The board answers ${response.status}.`);
}

async function postAll(files) {
  error.textContent = "";
  try {
    for (const file of files) await post(file);
  } catch (reason) {
    error.textContent = reason.message;
  }
  await refresh();
}

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
const mark = (on) => document.body.classList.toggle("target", on);

document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  mark(true);
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) mark(false);
});
document.addEventListener("drop", (event) => {
  mark(false);
  if (!hasFiles(event)) return;
  event.preventDefault();
  postAll([...event.dataTransfer.files]);
});
chosen.addEventListener("change", () => {
  const files = [...chosen.files];
  chosen.value = "";
  postAll(files);
});
