// Shows the messages newest first, asks for them every two seconds while the page is seen, and posts
// new ones. Text of others only ever becomes text, never markup.
//
// A page that shows more of a message hears of each that is made: the event "message" at the document,
// with the message and the item that shows it.

const url = "/api/messages";
const every = 2000;
const byId = (id) => document.getElementById(id);
const [form, list, status, error] = ["form", "messages", "status", "error"].map(byId);

function makeItem(message) {
  const item = document.createElement("li");
  item.dataset.id = message.id;
  const line = item.appendChild(document.createElement("div"));
  line.appendChild(document.createElement("strong")).textContent = message.name;
  const time = line.appendChild(document.createElement("time"));
  const date = new Date(message.time * 1000);
  time.dateTime = date.toISOString();
  time.textContent = date.toLocaleTimeString([], { timeStyle: "short" });
  time.title = date.toLocaleString();
  item.appendChild(document.createElement("p")).textContent = message.text;
  document.dispatchEvent(new CustomEvent("message", { detail: { message, item } }));
  return item;
}

// Leaves what is already there alone, so that a reader of the screen hears only what is new.
function show(messages) {
  const wanted = new Set(messages.map((message) => String(message.id)));
  for (const item of [...list.children]) {
    if (!wanted.has(item.dataset.id)) item.remove();
  }
  let place = list.lastElementChild;  // Of the oldest that is not looked at yet.
  for (const message of messages) {
    if (place?.dataset.id === String(message.id)) {
      place = place.previousElementSibling;
    } else {
      const item = makeItem(message);
      if (place) place.after(item);
      else list.prepend(item);
    }
  }
  byId("empty").hidden = messages.length > 0;
  status.textContent = messages.length === 1 ? "1 message" : `${messages.length} messages`;
}

export async function refresh() {
  try {
    const response = await fetch(url, { cache: "no-store" });
    if (!response.ok) throw new Error(`the board answers ${response.status}`);
    show((await response.json()).messages);
  } catch (reason) {
    status.textContent = "Not connected, trying again…";
    console.warn(reason);
  }
}

let timer;
async function refreshFromNowOn() {
  clearTimeout(timer);
  if (document.hidden) return;
  await refresh();
  clearTimeout(timer);
  timer = setTimeout(refreshFromNowOn, every);
}

async function post() {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: form.elements.name.value.trim(), text: form.text.value.trim() }),
  });
  if (response.ok) return;
  const body = await response.json().catch(() => ({}));
  throw new Error(body.error ?? `The board answers ${response.status}.`);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  error.textContent = "";
  try {
    await post();
    form.text.value = "";
    form.text.focus();
    await refresh();
  } catch (reason) {
    error.textContent = reason.message;
  } finally {
    button.disabled = false;
  }
});

form.text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

document.addEventListener("visibilitychange", refreshFromNowOn);
refreshFromNowOn();
