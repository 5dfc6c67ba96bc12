/** Which browsers have WebGPU and how to switch it on: claims with a date, which the live check always overrides. */

/** When the claims below were last compared with the vendors' release notes. */
export const CHECKED_ON = '2026-11-20';

export type Browser = 'chromium' | 'firefox' | 'safari' | 'ios' | 'other';
export type Platform = 'windows' | 'macos' | 'linux' | 'android' | 'ios' | 'other';

/** Reads browser and platform from a user-agent string; only for choosing which advice to show, never for deciding what works. */
export function detect(userAgent: string): { browser: Browser; platform: Platform } {
  const platform: Platform = /iPhone|iPad|iPod/.test(userAgent) ? 'ios'
    : /Android/.test(userAgent) ? 'android'
    : /Windows/.test(userAgent) ? 'windows'
    : /Mac OS X|Macintosh/.test(userAgent) ? 'macos'
    : /Linux|X11|CrOS/.test(userAgent) ? 'linux' : 'other';
  // Every browser on iOS is WebKit, whatever it calls itself.
  const browser: Browser = platform === 'ios' ? 'ios'
    : /Firefox\//.test(userAgent) ? 'firefox'
    : /Chrom(e|ium)\/|Edg\//.test(userAgent) ? 'chromium'
    : /Safari\//.test(userAgent) ? 'safari' : 'other';
  return { browser, platform };
}

/** What to do when the browser has no `navigator.gpu`. */
export function adviceNoApi(browser: Browser, platform: Platform): string[] {
  switch (browser) {
    case 'chromium': return ['Update the browser: Chrome and Edge have WebGPU on desktop since version 113, on Android since 121.'];
    case 'firefox': return platform === 'windows'
      ? ['Update Firefox: it has WebGPU on Windows since version 141.']
      : platform === 'macos'
        ? ['Firefox has WebGPU on Apple silicon with macOS 26 since version 145. Otherwise use Chrome, Edge or Safari 26.']
        : ['Firefox on this system may have WebGPU switched off. Open about:config, set dom.webgpu.enabled to true and restart, or use Chrome or Edge.'];
    case 'safari': return ['Update to Safari 26 or newer (macOS 26), or use Chrome or Edge.'];
    case 'ios': return ['Update to iOS 26 or newer. On older versions: Settings, Apps, Safari, Advanced, Feature Flags, switch on WebGPU.'];
    default: return ['Open this page in a current Chrome, Edge, Safari or Firefox.'];
  }
}

/** What to do when there is an API but no adapter. */
export function adviceNoAdapter(browser: Browser, platform: Platform): string[] {
  const advice: string[] = [];
  if (browser === 'chromium') {
    advice.push('Switch on hardware acceleration: Settings, System, "Use graphics acceleration when available", then restart the browser.');
    if (platform === 'linux') advice.push('On Linux open chrome://flags, enable #enable-unsafe-webgpu and #enable-vulkan, and restart the browser.');
    advice.push('chrome://gpu names the reason in the line "WebGPU".');
  }
  if (browser === 'firefox') advice.push('about:support names the reason under "Graphics".');
  advice.push('A remote desktop or a virtual machine often hides the graphics card: try on the machine itself.');
  advice.push('If it worked earlier today, the graphics process may have crashed too often: restart the browser.');
  return advice;
}

/** What to do when there was an adapter and is none now. */
export function adviceGone(browser: Browser): string[] {
  return [
    browser === 'ios' ? 'Close the browser from the app switcher and open it again.' : 'Quit the browser wholly, all of its windows, and open it again.',
    'Then open this page and resume the run: it goes on from its last save.',
    'If it happens again, choose a smaller model or fewer sequences a step, close other pages that use the graphics card, and update its driver.',
    ...(browser === 'chromium' ? ['chrome://gpu lists the crashes at its end.'] : browser === 'firefox' ? ['about:support lists the failures under "Graphics".'] : []),
  ];
}

const BROWSERS: Record<Browser, string> = { chromium: 'Chrome, Edge or a relative', firefox: 'Firefox', safari: 'Safari', ios: 'a browser on iOS', other: 'an unknown browser' };
const PLATFORMS: Record<Platform, string> = { windows: 'Windows', macos: 'macOS', linux: 'Linux', android: 'Android', ios: 'iOS', other: 'an unknown system' };

/** Which browser and system the advice is for, so that a wrong guess can be seen. */
export function takenFor(userAgent: string): string {
  const { browser, platform } = detect(userAgent);
  return browser === 'ios' ? BROWSERS.ios : `${BROWSERS[browser]} on ${PLATFORMS[platform]}`;
}

/** Where this browser keeps its switch for pages' storage. */
export function adviceStorage(browser: Browser): string[] {
  return [
    'If this is a private window, open the page in a normal one.',
    browser === 'chromium' ? 'Settings, Privacy and security, Third-party cookies and Site settings: let this site save data on the device.'
      : browser === 'firefox' ? 'Settings, Privacy & Security, Cookies and Site Data: allow them for this site, and do not delete them when Firefox closes.'
      : browser === 'safari' || browser === 'ios' ? 'Settings of Safari, Privacy or Advanced: do not block all cookies.'
      : 'Allow cookies and site data for this address in the browser\'s settings.',
    'Until then export each run as a file before you close the tab: Runs, Export zip.',
  ];
}
