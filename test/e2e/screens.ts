/** Looks at a page as a person would see it: axe's rules, nothing clipped or covered, a picture that is not blank. Pictures go to out/screens for eyes; none is compared with another. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { root } from '../../scripts/build.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Every rule that is broken, with where: empty when none is. `only` = these rules alone. */
export async function axe(page: Page, only?: string[]): Promise<string[]> {
  // The page's policy forbids a second window with axe in it; one page without frames needs none.
  const builder = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (only ? builder.withRules(only) : builder.withTags(TAGS)).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${(failureSummary ?? '').split('\n').slice(1, 2).join('').trim()}`));
}

/** Rules whose answer depends on colours: all that another theme can change. */
export const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** All rules in the light, those of colour in the dark and in forced colours; each finding with where it was. */
export async function everyLook(page: Page, state: string): Promise<string[]> {
  const found: string[] = [];
  for (const [look, media, only] of [['light', { colorScheme: 'light', forcedColors: 'none' }, undefined], ['dark', { colorScheme: 'dark', forcedColors: 'none' }, COLOUR_RULES], ['forced', { colorScheme: 'dark', forcedColors: 'active' }, COLOUR_RULES]] as const) {
    await page.emulateMedia(media);
    found.push(...(await axe(page, only ? [...only] : undefined)).map((one) => `${state}, ${look}: ${one}`));
  }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
  return found;
}

export const LOOKS = [
  { width: 1280, theme: 'light' }, { width: 1280, theme: 'dark' }, { width: 390, theme: 'light' }, { width: 390, theme: 'dark' },
] as const;

/**
 * Judges a panel at two widths in both themes: wholly inside the page, below the bar and not under it, no text cut off, the page no wider than
 * its window, the picture not blank, no rule of axe broken (all of them once, those of colour in each theme).
 */
export async function judge(page: Page, panel: Locator, name: string): Promise<void> {
  await mkdir(join(root, 'out/screens'), { recursive: true });
  const broken: string[] = [];
  for (const { width, theme } of LOOKS) {
    const at = `${name} at ${width} ${theme}`;
    await page.setViewportSize({ width, height: 900 });
    // A colour half-way through its transition is nobody's colour.
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.evaluate(() => { scrollTo(0, 0); });
    const seen = await panel.evaluate((element) => {
      const box = element.getBoundingClientRect();
      const bar = document.querySelector('.runbar')?.getBoundingClientRect();
      const cut = [...element.querySelectorAll<HTMLElement>('*')].filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1 && !one.matches('input, textarea') && getComputedStyle(one).display !== 'inline');
      return {
        left: box.left, right: box.right, top: box.top, height: box.height, bar: element.closest('dialog') ? 0 : bar?.bottom ?? 0,
        cut: cut.map((one) => `${one.tagName.toLowerCase()} "${one.textContent.slice(0, 40)}"`), page: document.documentElement.scrollWidth, text: element.textContent.length,
      };
    });
    if (seen.left < 0 || seen.right > width) broken.push(`${at}: reaches from ${seen.left} to ${seen.right}`);
    if (seen.top < seen.bar) broken.push(`${at}: begins at ${seen.top}, under the bar that ends at ${seen.bar}`);
    if (seen.top > 900 || seen.height < 20 || seen.text < 40) broken.push(`${at}: is not in sight (from ${seen.top}, ${seen.height} high, ${seen.text} characters)`);
    if (seen.page > width) broken.push(`${at}: the page is ${seen.page} wide`);
    broken.push(...seen.cut.map((one) => `${at}: ${one} is cut off`));
    const picture = await page.screenshot();
    await writeFile(join(root, 'out/screens', `${name}-${width}-${theme}.png`), picture);
    const spread = await lightness(page, picture);
    if (spread < 8) broken.push(`${at}: the picture is blank (lightness spreads by ${spread.toFixed(1)} of 255)`);
    broken.push(...(await axe(page, width === 1280 && theme === 'light' ? undefined : COLOUR_RULES)).map((one) => `${at}: ${one}`));
  }
  expect(broken).toEqual([]);
}

/** Standard deviation of a picture's lightness, 0 to 255; drawn in the page, which can read pictures. */
async function lightness(page: Page, picture: Buffer): Promise<number> {
  return await page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    canvas.drawImage(bitmap, 0, 0);
    const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
    let sum = 0, squares = 0;
    for (let i = 0; i < data.length; i += 4) {
      const light = 0.3 * data[i]! + 0.6 * data[i + 1]! + 0.1 * data[i + 2]!;
      sum += light;
      squares += light * light;
    }
    const n = data.length / 4;
    return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
  }, picture.toString('base64'));
}
