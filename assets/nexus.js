// Times that tick in the browser, menus that behave, keys that work without the server.
(() => {
  const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const zoneOf = () => {
    const named = document.querySelector("[data-zone]")?.dataset.zone;
    return named || Intl.DateTimeFormat().resolvedOptions().timeZone;
  };
  const written = (at, zone) => {
    const options = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone, timeZoneName: "short" };
    try { return new Intl.DateTimeFormat("en-GB", options).format(at); }
    catch { return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(at); }
  };
  const short = (at) => {
    const parts = (moment) => {
      const options = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      const told = (zone) => new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }).formatToParts(moment);
      let all;
      try { all = told(zoneOf()); } catch { all = told("UTC"); }
      return Object.fromEntries(all.map((part) => [part.type, part.value]));
    };
    const then = parts(at), now = parts(Date.now()), clock = `${then.hour}:${then.minute}`;
    return then.day === now.day && then.month === now.month ? clock : `${then.day} ${then.month}, ${clock}`;
  };
  const moment = (text) => Date.parse((text || "").replace(" ", "T"));
  const rough = (ms) => {
    if (ms < MINUTE) return `${Math.max(1, Math.round(ms / SECOND))} s`;
    if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
    if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
    return `${Math.round(ms / DAY)} days`;
  };
  const exact = (ms) => {
    const all = Math.max(0, Math.ceil(ms / SECOND)), h = Math.floor(all / 3600), m = Math.floor(all / 60) % 60, s = all % 60;
    const two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  };
  const WORDS = {
    ago: (at, now) => (now - at < 5 * SECOND ? "just now" : `${rough(now - at)} ago`),
    age: (at, now) => `${rough(now - at)} old`,
    until: (at, now) => (at > now ? `in ${rough(at - now)}` : "now"),
    next: (at, now, late) => (at > now ? `in ${rough(at - now)}` : now >= late ? "overdue" : "due now"),
    countdown: (at, now) => exact(at - now),
    elapsed: (at, now) => exact(now - at),
    short,
  };
  const alive = new Set();
  class NexusTime extends HTMLElement {
    static observedAttributes = ["at", "kind", "late"];
    connectedCallback() { alive.add(this); this.tell(); }
    disconnectedCallback() { alive.delete(this); }
    attributeChangedCallback() { if (this.isConnected) this.tell(); }
    tell() {
      const at = moment(this.getAttribute("at"));
      const kind = this.getAttribute("kind") || "ago";
      if (Number.isNaN(at)) { if (this.textContent) this.textContent = ""; return; }
      const absolute = written(at, zoneOf());
      const text = kind === "absolute" ? absolute : WORDS[kind](at, Date.now(), moment(this.getAttribute("late")));
      if (this.textContent !== text) this.textContent = text;
      if (this.title !== absolute && kind !== "absolute") this.title = absolute;
      this.classList.toggle("overdue", text === "overdue");
    }
  }
  if (!customElements.get("nexus-time")) customElements.define("nexus-time", NexusTime);
  setInterval(() => { if (!document.hidden) for (const one of alive) one.tell(); }, SECOND);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) for (const one of alive) one.tell(); });

  const openMenus = () => document.querySelectorAll("details.menu[open]");
  const itemsOf = (menu) => [...menu.querySelectorAll("[role=menuitem]:not([disabled])")];
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) {
      const chosen = menu.contains(event.target) && event.target.closest("[role=menuitem]");
      if (menu.contains(event.target) && !chosen) continue;
      menu.open = false;
      if (chosen) menu.querySelector("summary").focus({ focusVisible: false });
    }
  }, true);
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.classList.contains("menu") || !menu.open) return;
    const panel = menu.querySelector(".menu-items"), box = panel.getBoundingClientRect();
    menu.classList.toggle("up", box.bottom > innerHeight && menu.getBoundingClientRect().top > box.height);
    itemsOf(menu)[0]?.focus({ focusVisible: false });
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu) {
      const items = itemsOf(menu), here = items.indexOf(document.activeElement);
      const go = { ArrowDown: here + 1, ArrowUp: here - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
      if (go !== undefined) { event.preventDefault(); items[go % items.length]?.focus(); }
      if (event.key === "Escape" || event.key === "Tab") { menu.open = false; menu.querySelector("summary").focus(); }
      return;
    }
    const leave = event.key === "Escape" && event.target.closest?.("main form")?.querySelector("[data-escape]");
    if (leave) {
      const opener = document.querySelector("main .table [aria-expanded=true]");
      leave.click();
      opener?.focus();
      return;
    }
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("main input[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
  });

  // A link may name a part of a page that is drawn only once its data has come: wait for it a while.
  const PATIENCE = 10 * SECOND;
  const goTo = (id) => {
    const found = () => {
      const part = document.getElementById(id);
      part?.scrollIntoView({ block: "start" });
      return part !== null;
    };
    if (!id || found()) return;
    const drawing = new MutationObserver(() => { if (found()) drawing.disconnect(); });
    drawing.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => drawing.disconnect(), PATIENCE);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("main a[href*='#']");
    if (link) setTimeout(() => goTo(new URL(link.href).hash.slice(1)), 50);
  });
  document.addEventListener("DOMContentLoaded", () => goTo(location.hash.slice(1)));

  // A dialog that no button of its own opened gives the focus back to where it was before.
  let before = null;
  document.addEventListener("focusin", (event) => { if (!event.target.closest("[role=dialog]")) before = event.target; });
  // Browsers offer navigator.clipboard on HTTPS and localhost only: https://developer.mozilla.org/docs/Web/API/Clipboard (2026-11-23)
  window.nexusCopy = async (text) => {
    try { await navigator.clipboard.writeText(text); return; } catch { /* the older way below */ }
    const here = document.activeElement;
    const box = Object.assign(document.createElement("textarea"), { value: text, className: "sr" });
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
    here?.focus();
  };
  window.nexusFocusBack = () => { if (before?.isConnected) before.focus(); };

  // A chosen text file fills the box it names, and is sent with it.
  const LARGEST_FILE = 900_000;
  document.addEventListener("change", async (event) => {
    const box = document.getElementById(event.target.dataset?.fills || "");
    const file = event.target.files?.[0];
    if (!box || !file) return;
    const large = file.size > LARGEST_FILE ? "This file is larger than 900 KB. Split it." : "";
    event.target.setCustomValidity(large);
    if (large) { event.target.value = ""; event.target.reportValidity(); return; }
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, await file.text());
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // The browser's own zone travels with the form that creates a person. Fields marked so are filled on submit.
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector?.("input[name=time_zone][data-fill]");
    if (field) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  }, true);
})();
