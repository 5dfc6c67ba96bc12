/** One job of the benchmark, wherever WebGPU is: a page or Node. Knows the sections, no browser and no file. */
import { openGpu } from '../../src/gpu/device';
import { ceilings } from './ceilings';
import { contest, type Lab } from './contest';
import { decode, losses, sizeOf, train } from './models';
import { openOurs } from './peers/ours';
import { products, shapes } from './products';
import type { AdapterLine, Job, JobResult, Progress, Row } from './rows';
import type { Peer } from './task';
import { openVariant, tricks } from './tricks';
import { update, type UpdateParts } from './update';

export interface Host {
  gpu: GPU | undefined;
  /** How each peer is opened here, by name. */
  peers: Record<string, () => Promise<Peer>>;
  update(): Promise<UpdateParts>;
  tell(progress: Progress): void;
}

export async function adapterLine(gpu: GPU | undefined): Promise<AdapterLine> {
  const { device, info } = await openGpu(gpu);
  device.destroy();
  const name = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ') || 'unnamed';
  return { text: info.fallback ? `software adapter (${/swiftshader/i.test(name) ? 'SwiftShader' : /llvmpipe|lavapipe/i.test(name) ? 'llvmpipe' : name}): ${name}` : `GPU: ${name}`, software: info.fallback };
}

export async function runJob(host: Host, job: Job): Promise<JobResult> {
  const open = (): ReturnType<typeof openGpu> => openGpu(host.gpu);
  const { software } = await adapterLine(host.gpu);
  // Opened once, when first asked for: a library has one device of its own for everything.
  const once = (make: () => Promise<Peer>): () => Promise<Peer> => {
    let made: Promise<Peer> | null = null;
    return () => made ??= make();
  };
  const peers = new Map<string, () => Promise<Peer>>([['ours', once(() => Promise.resolve(openOurs(open)))]]);
  for (const name of job.peers) {
    const make = job.section === 'tricks' ? () => Promise.resolve(openVariant(name, open)) : host.peers[name];
    if (!make) throw new Error(`There is no peer ${name}; there are ${Object.keys(host.peers).join(', ')}.`);
    peers.set(name, once(make));
  }
  const lab: Lab = { open, software, peers, ceilings: job.ceilings, budget: job.budget * 1000, tell: (text, peer = 'ours') => { host.tell({ text, peer }); } };
  switch (job.section) {
    case 'ceilings': return ceilings(lab);
    case 'matmul': {
      const rows: Row[] = [];
      for (const shape of shapes(software)) rows.push(...await contest(lab, products(shape)));
      return { rows };
    }
    case 'train': return { rows: await (job.check === 'losses' ? losses : train)(lab, sizeOf(job.size!)) };
    case 'decode': return { rows: await decode(lab, sizeOf(job.size!)) };
    case 'tricks': return { rows: await tricks(lab, sizeOf(job.size!)) };
    case 'update': return { rows: await update(lab, await host.update()) };
  }
}
