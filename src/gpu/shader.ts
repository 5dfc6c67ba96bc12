/** Reads a WGSL file: its bindings and its Params layout come from the text, so TypeScript never repeats a number. */
import prelude from '../../shaders/prelude.wgsl?raw';
import hyper from '../../shaders/hyper.wgsl?raw';

export interface Binding { index: number; type: GPUBufferBindingType }

export interface Shader {
  name: string;
  code: string;
  bindings: Map<string, Binding>;
  /** Fields of `struct Params`, 4 bytes each, in order. */
  params: { name: string; type: 'u32' | 'f32' }[];
}

const BINDING = /@group\(0\)\s*@binding\((\d+)\)\s*var<(uniform|storage(?:,\s*(read_write|read))?)>\s*(\w+)/g;

/**
 * Parses one shader. `constants` become `const NAME: u32 = value;` lines before the file: only for what WGSL demands a
 * const-expression for (sizes of function arrays); everything else is in Params.
 */
export function shader(name: string, source: string, constants: Record<string, number> = {}): Shader {
  const bindings = new Map<string, Binding>();
  for (const [, index, kind, access, label] of source.matchAll(BINDING)) {
    const type: GPUBufferBindingType = kind === 'uniform' ? 'uniform' : access === 'read_write' ? 'storage' : 'read-only-storage';
    bindings.set(label!, { index: Number(index), type });
  }
  const params: Shader['params'] = [];
  const body = /struct Params \{([^}]*)\}/.exec(source)?.[1] ?? '';
  for (const [, field, type] of body.matchAll(/(\w+)\s*:\s*(u32|f32)/g)) params.push({ name: field!, type: type as 'u32' | 'f32' });
  const lines = Object.entries(constants).map(([key, value]) => `const ${key}: u32 = ${value}u;\n`).join('');
  const struct = source.includes('Hyper') ? hyper : '';
  const suffix = Object.values(constants).join('_');
  return { name: suffix ? `${name}_${suffix}` : name, code: `${prelude}${struct}${lines}${source}`, bindings, params };
}
