/** Finds a browser that has WebGPU, or brings one, and says which; knows nothing of tests or of the page. */
import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { browserFlags } from './browser-flags.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isFile = async (path) => (await stat(path).catch(() => null))?.isFile() === true;

/**
 * The first browser that gives a WebGPU adapter. Order: BATCODER_CHROME or CHROME_PATH; an installed Chrome or Chromium;
 * Playwright's cache; the @sparticuz/chromium package (linux x64); Debian's package, as root. BATCODER_SKIP_INSTALLED=1
 * passes over what is on the machine, to try what a bare one would do.
 * @param {(line: string) => void} tell hears what is tried, in order
 * @returns {Promise<{ executablePath: string, source: string, adapter: string }>}
 * @throws when none has WebGPU; the message lists what was tried and the command that installs one
 */
export async function findBrowser(tell = () => {}) {
  const skip = process.env.BATCODER_SKIP_INSTALLED === '1';
  const tried = [];
  for (const [source, list] of [
    ['named by the environment', named],
    ['installed', skip ? nothing : installed],
    ["Playwright's cache", skip ? nothing : playwrightCache],
    ['npm package @sparticuz/chromium', packaged],
    ['Debian package chromium', skip ? nothing : debian],
  ]) {
    let paths;
    try {
      paths = await list(tell);
    } catch (error) {
      tried.push(`${source}: ${firstLine(error)}`);
      continue;
    }
    for (const executablePath of paths) {
      const answer = await adapterOf(executablePath);
      if (answer.adapter !== undefined) return { executablePath, source, adapter: answer.adapter };
      tried.push(`${executablePath} (${source}): ${answer.why}`);
      tell(tried.at(-1));
    }
    // A browser that the person named is the one they want tested: another one would be a silent substitute.
    if (paths.length > 0 && list === named) break;
  }
  throw new Error(
    `No browser with WebGPU was found.\n${tried.map((line) => `  - ${line}`).join('\n') || '  - nothing is installed'}\n`
    + 'Install one (Debian, Ubuntu: "apt-get install -y chromium"; elsewhere: https://www.google.com/chrome) '
    + 'or name one: BATCODER_CHROME=/path/to/chrome npm test',
  );
}

/** Text in several scripts and form controls, which take the system font: drawing them needs fonts and their fallbacks. */
const sample = '<!doctype html><meta charset="utf-8"><p>Text <b>bold</b> <code>code</code> → ✓ é 日 😀</p><button>button</button><input type="file">';

/** Starts the browser once and asks for an adapter: the version number of a browser says nothing about the machine's GPU. */
async function adapterOf(executablePath) {
  let browser;
  try {
    browser = await chromium.launch({ executablePath, args: browserFlags, timeout: 60_000 });
    const page = await browser.newPage();
    // navigator.gpu exists only in a secure context, and localhost is one; the request never leaves the browser.
    await page.route('http://localhost/**', (route) => route.fulfill({ contentType: 'text/html', body: sample }));
    await page.goto('http://localhost/');
    const adapter = await page.evaluate(async () => {
      // A browser without usable fonts dies when it first draws, not when it starts.
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));
      // Nor does one that does not know its own language notice before it first formats a number.
      new Intl.NumberFormat(navigator.language);
      const found = await navigator.gpu?.requestAdapter();
      if (!found) return null;
      await (await found.requestDevice()).destroy();
      return `${found.info.vendor} ${found.info.architecture}`.trim() || 'unnamed adapter';
    });
    return adapter === null ? { why: 'requestAdapter() gave null' } : { adapter };
  } catch (error) {
    return { why: firstLine(error) };
  } finally {
    await browser?.close();
  }
}

const nothing = async () => [];

async function named() {
  const path = process.env.BATCODER_CHROME || process.env.CHROME_PATH;
  return path ? [path] : [];
}

async function installed() {
  const places = [];
  if (process.platform === 'darwin') {
    for (const base of ['/Applications', join(homedir(), 'Applications')]) {
      places.push(
        `${base}/Google Chrome.app/Contents/MacOS/Google Chrome`,
        `${base}/Chromium.app/Contents/MacOS/Chromium`,
        `${base}/Microsoft Edge.app/Contents/MacOS/Microsoft Edge`,
      );
    }
  } else if (process.platform === 'win32') {
    for (const base of [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]) {
      if (base) places.push(join(base, 'Google/Chrome/Application/chrome.exe'), join(base, 'Microsoft/Edge/Application/msedge.exe'));
    }
  } else {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      for (const name of ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge']) {
        if (folder) places.push(join(folder, name));
      }
    }
  }
  const there = await Promise.all(places.map(isFile));
  return [...new Set(places.filter((_, index) => there[index]))];
}

async function playwrightCache() {
  const base = process.env.PLAYWRIGHT_BROWSERS_PATH || {
    darwin: join(homedir(), 'Library/Caches/ms-playwright'),
    win32: join(process.env.LOCALAPPDATA ?? '', 'ms-playwright'),
  }[process.platform] || join(homedir(), '.cache/ms-playwright');
  const folders = (await readdir(base).catch(() => [])).filter((name) => /^chromium-\d+$/.test(name));
  // Newest first: the number is Playwright's revision.
  folders.sort((a, b) => Number(b.split('-')[1]) - Number(a.split('-')[1]));
  const inside = [
    'chrome-linux/chrome', 'chrome-linux64/chrome', 'chrome-win/chrome.exe', 'chrome-win64/chrome.exe',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium', 'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  ];
  const places = folders.flatMap((folder) => inside.map((path) => join(base, folder, path)));
  const there = await Promise.all(places.map(isFile));
  return places.filter((_, index) => there[index]);
}

/**
 * Unpacks the browser that lies compressed in node_modules into .cache/ and writes a launcher beside it that sets its
 * library path, so that one path is enough for whoever starts it.
 */
async function packaged(tell) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  const folder = join(root, 'node_modules/@sparticuz/chromium');
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
  if (manifest === null) throw new Error('not installed (npm ci without --omit=optional brings it)');
  const home = join(root, '.cache', `chromium-${JSON.parse(manifest).version}-3`);
  const launcher = join(home, 'launch.sh');
  if (await isFile(launcher)) return [launcher];
  tell('unpacking @sparticuz/chromium (once)');
  // The package unpacks into the temporary folder of its process: a process of its own gets a folder of its own, and a
  // rename at the end means that an interrupted unpacking is never taken for a browser.
  const fresh = `${home}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const build = join(folder, 'build/esm');
  const unpack = `
    import chromium from ${JSON.stringify(pathToFileURL(join(build, 'index.js')).href)};
    import { inflate } from ${JSON.stringify(pathToFileURL(join(build, 'lambdafs.js')).href)};
    await chromium.executablePath();
    await inflate(${JSON.stringify(join(folder, 'bin/al2023.tar.br'))});`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], { env: { ...process.env, TMPDIR: fresh } });
  // The package's own fonts.conf names folders of another machine; without a font the browser dies at the first letter.
  await writeFile(join(fresh, 'fonts/fonts.conf'), `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${xml(home)}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${xml(home)}/fonts-cache</cachedir>
</fontconfig>
`);
  await writeFile(join(fresh, 'launch.sh'), `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="$here/al2023/lib:$here" FONTCONFIG_PATH="$here/fonts"
# Under the C locale this browser names its language "en-US@posix", which its own Intl refuses.
export LANGUAGE=en_US LANG=en_US.UTF-8 LC_ALL=en_US.UTF-8
exec "$here/chromium" "$@"
`);
  await chmod(join(fresh, 'launch.sh'), 0o755);
  await rename(fresh, home).catch(async (error) => {
    // Another process was quicker.
    await rm(fresh, { recursive: true, force: true });
    if (!(await isFile(launcher))) throw error;
  });
  return [launcher];
}

async function debian(tell) {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?=.*debian/m.test(release) || process.getuid?.() !== 0) return [];
  tell('apt-get install -y chromium');
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status } = spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    if (status !== 0) throw new Error(`apt-get ${args[0]} failed`);
  }
  return (await isFile('/usr/bin/chromium')) ? ['/usr/bin/chromium'] : [];
}

const xml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const firstLine = (error) => String(error instanceof Error ? error.message : error).split('\n').slice(0, 2).join(' ').slice(0, 300);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // `node scripts/find-browser.mjs` prints the path alone, for use in other commands.
  const found = await findBrowser((line) => console.error(line));
  console.error(`${found.source}; adapter ${found.adapter}`);
  console.log(found.executablePath);
}
