// Shows the counters, which it asks for twice a second while the page is seen.

const names = ["seconds", "minutes", "beats", "updates"];
const every = 500;
const status = document.getElementById("status");

async function show(response) {
  if (!response.ok) throw new Error(`the pulse answers ${response.status}`);
  const counters = await response.json();
  for (const name of names) document.getElementById(name).textContent = counters[name];
  status.textContent = "Live";
}

async function trying(action) {
  try {
    await action();
  } catch (reason) {
    status.textContent = "Not connected, trying again…";
    console.warn(reason);
  }
}

const refresh = () => trying(async () => show(await fetch("/api/pulse", { cache: "no-store" })));
const beat = () => trying(async () => show(await fetch("/api/beat", { method: "POST" })));

let timer;
async function refreshFromNowOn() {
  clearTimeout(timer);
  if (document.hidden) return;
  await refresh();
  clearTimeout(timer);
  timer = setTimeout(refreshFromNowOn, every);
}

document.getElementById("beat").addEventListener("click", beat);
document.addEventListener("visibilitychange", refreshFromNowOn);
refreshFromNowOn();
