/** Keeps the address and the store in step: settings in the query, the place in the hash. */
import { effect } from '@preact/signals';
import { toQuery } from '../config';
import { formatPlace, parsePlace } from './place';
import { place, preset, queryErrors, readQuery, settings } from './state';

/** Reads the address once and then follows it; setting changes replace the entry, so Back leaves the page and not a slider. */
export function watchAddress(): void {
  readQuery(location.search.slice(1));
  const follow = (): void => {
    place.value = parsePlace(location.hash);
    if (location.hash === '') history.replaceState(null, '', formatPlace(place.value));
  };
  addEventListener('hashchange', follow);
  follow();
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const query = toQuery(settings.value, preset.value);
    // A refused address stays as it is until something is changed, so that it can be corrected.
    if (queryErrors.value.length > 0) return;
    clearTimeout(timer);
    // Browsers refuse more than about 100 replaceState calls in 30 s; a dragged slider makes more.
    timer = setTimeout(() => {
      const wanted = query === 'preset=demo' ? '' : `?${query}`;
      if (location.search !== wanted) history.replaceState(null, '', `${location.pathname}${wanted}${location.hash}`);
    }, 400);
  });
}
