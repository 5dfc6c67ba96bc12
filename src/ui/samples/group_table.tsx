/** The samples of one function in one step: a line of dots and its mean, and the table of all when it is open. */
import type { JSX } from 'preact';
import type { Episode } from '../../types';
import { MARK_WORDS, marksOf } from '../episode_filter';
import type { EpisodeGroup } from '../episode_filter';
import { count, plural, signed, value } from '../format';

/** `number`: which function of the step it is, from 1: names come more than once. */
export interface GroupProps { group: EpisodeGroup; number: number; chosen: Episode | undefined; open: boolean; toggle: () => void; address: (episode: Episode) => string }

export function Group({ group, number, chosen, open, toggle, address }: GroupProps): JSX.Element {
  const lifts = group.episodes.some(e => e.lift !== undefined);
  return (
    <section class="group">
      <h3><button type="button" class="group-head" aria-expanded={open} onClick={toggle}>
        <span class="group-name">{open ? '▾' : '▸'} {group.name} <span class="muted">{group.language} · {group.path}</span></span>
        <Dots episodes={group.episodes} />
      </button></h3>
      <p class="muted">{plural(group.episodes.length + group.hidden, 'sample')}, mean reward {value(group.mean)} ± {value(group.deviation)}{group.hidden > 0 ? `, ${group.hidden} hidden by filters` : ''}</p>
      {open && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Samples of function ${number}, ${group.name}`}>
          <table class="data">
            <thead><tr><th scope="col">#</th><th scope="col">reward</th><th scope="col">similarity</th><th scope="col">R_doc</th><th scope="col">leak</th>{lifts && <th scope="col">lift</th>}<th scope="col">advantage</th><th scope="col">tokens</th><th scope="col" class="left">marks</th></tr></thead>
            <tbody>{group.episodes.map(e => (
              <tr key={e.group} class={e === chosen ? 'chosen' : ''}>
                <th scope="row"><a class="row-link" href={address(e)} aria-current={e === chosen ? 'true' : undefined}>{e.group + 1}</a></th>
                <td><span class="meter"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width={100 * Math.min(1, Math.max(0, e.reward || 0))} height="6" /></svg>{value(e.reward)}</span></td>
                <td>{value(e.reconstructions[0]?.similarity)}</td>
                <td>{value(e.rDoc)}</td><td>{value(e.leak)}</td>
                {lifts && <td>{signed(e.lift ?? NaN)}</td>}
                <td class={sideOf(e)}><Dot episode={e} /> {signed(e.advantage)}</td>
                <td>{count(e.documentationTokens)}</td>
                <td class="marks">{[...(e.reconstructions.some(r => r.exact) ? ['exact'] : []), ...marksOf(e).map(mark => MARK_WORDS[mark])].join(', ')}</td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const sideOf = ({ advantage }: Episode): string => (advantage > 0 ? 'plus' : advantage < 0 ? 'minus' : '');

/** Above the mean of its group, below it, or neither: told by shape and by colour. */
function Dot({ episode }: { episode: Episode }): JSX.Element {
  const side = sideOf(episode);
  return (
    <svg class={`dot ${side}`} viewBox="0 0 10 10" aria-hidden="true">
      {side === 'plus' ? <path d="M5 1 9.5 9h-9z" /> : side === 'minus' ? <path d="M5 9 .5 1h9z" /> : <circle cx="5" cy="5" r="3.2" class="hollow" />}
    </svg>
  );
}

/** Most dots of a line; the numbers say the rest. */
const MOST_DOTS = 32;

function Dots({ episodes }: { episodes: Episode[] }): JSX.Element {
  const up = episodes.filter(e => e.advantage > 0).length, down = episodes.filter(e => e.advantage < 0).length;
  return (
    <span class="dots">
      <span aria-hidden="true">{episodes.slice(0, MOST_DOTS).map(e => <Dot key={e.group} episode={e} />)}{episodes.length > MOST_DOTS ? '…' : ''}</span>
      <span class="unseen">{`${up} with an advantage above 0, ${down} below, ${episodes.length - up - down} at 0`}</span>
    </span>
  );
}
