/** A chart as a PNG that stands on its own: title, legend and axis names around the plot, on the theme's background. */
import type uPlot from 'uplot';
import { resolved } from './chart_plot';
import type { PlotLine } from './chart_plot';
import { X_NAMES } from './chart_source';
import type { XMode } from './chart_source';

const PAD = 16, ROW = 20, SWATCH = 22;

export async function chartImage(plot: uPlot, host: HTMLElement, title: string, lines: readonly (PlotLine & { label: string })[], mode: XMode, rightLabel = ''): Promise<Uint8Array<ArrayBuffer>> {
  const source = plot.ctx.canvas, ratio = source.width / plot.width;
  const canvas = document.createElement('canvas'), ctx = canvas.getContext('2d')!;
  const ink = resolved(host, '--ink'), soft = resolved(host, '--ink-soft'), font = '13px system-ui, sans-serif';
  ctx.font = font;
  const labels = lines.map(line => ({ line, text: line.scale === 'right' ? `${line.label} (right axis)` : line.label }));
  // Laid in rows as wide as the plot.
  let x = 0, row = 0;
  const placed = labels.map(({ line, text }) => {
    const width = SWATCH + 6 + ctx.measureText(text).width + 16;
    if (x > 0 && x + width > plot.width) { x = 0; row++; }
    const at = { line, text, x, row };
    x += width;
    return at;
  });
  const head = PAD + 24 + (labels.length > 0 ? (row + 1) * ROW : 0) + 8;
  canvas.width = Math.round((plot.width + 2 * PAD) * ratio);
  canvas.height = Math.round((head + plot.height + PAD + ROW) * ratio);
  ctx.scale(ratio, ratio);
  ctx.fillStyle = resolved(host, '--surface');
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = ink;
  ctx.font = '600 16px system-ui, sans-serif';
  ctx.fillText(title, PAD, PAD + 14);
  ctx.font = font;
  for (const at of placed) {
    const y = PAD + 34 + at.row * ROW;
    ctx.strokeStyle = resolved(host, `--${at.line.color}`);
    ctx.lineWidth = 3;
    ctx.setLineDash(at.line.dash ?? []);
    ctx.beginPath(); ctx.moveTo(PAD + at.x, y); ctx.lineTo(PAD + at.x + SWATCH, y); ctx.stroke();
    ctx.fillStyle = ink;
    ctx.fillText(at.text, PAD + at.x + SWATCH + 6, y + 4);
  }
  ctx.drawImage(source, PAD, head, plot.width, plot.height);
  ctx.fillStyle = soft;
  ctx.font = '11px system-ui, sans-serif';
  ctx.fillText(`x: ${X_NAMES[mode]}${rightLabel ? `; right axis: ${rightLabel}` : ''}. BatCoder Lab`, PAD, head + plot.height + 18);
  const blob = await new Promise<Blob | null>(resolve => { canvas.toBlob(resolve, 'image/png'); });
  return new Uint8Array(await blob!.arrayBuffer());
}
