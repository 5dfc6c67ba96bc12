/** Draws public/icons/icon.svg as the PNGs that installing the page asks for; knows sizes, not the drawing. Run it again when the drawing changes. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './build.mjs';
import { findBrowser } from './find-browser.mjs';

const folder = join(root, 'public/icons');
/** A maskable icon may be cut to a circle of four fifths of its width: the drawing stands inside, the ground goes to the edge. */
const ICONS = [{ name: 'icon-192.png', size: 192, safe: 1 }, { name: 'icon-512.png', size: 512, safe: 1 }, { name: 'maskable-512.png', size: 512, safe: 0.72 }];
const GROUND = '#1d4f91';

export async function main(): Promise<void> {
  const drawing = (await readFile(join(folder, 'icon.svg'))).toString('base64');
  const browser = await chromium.launch({ executablePath: (await findBrowser(console.log)).executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    for (const { name, size, safe } of ICONS) {
      const png = await page.evaluate(async ({ source, size, safe, ground }) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = size;
        const draw = canvas.getContext('2d')!;
        if (safe < 1) {
          draw.fillStyle = ground;
          draw.fillRect(0, 0, size, size);
        }
        const edge = size * (1 - safe) / 2;
        draw.drawImage(image, edge, edge, size * safe, size * safe);
        return canvas.toDataURL('image/png').split(',')[1]!;
      }, { source: `data:image/svg+xml;base64,${drawing}`, size, safe, ground: GROUND });
      await writeFile(join(folder, name), Buffer.from(png, 'base64'));
    }
  } finally {
    await browser.close();
  }
}
