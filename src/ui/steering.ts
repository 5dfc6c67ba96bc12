/** How a person's Pause, Continue, Step and Stop, and a page's being hidden, reach a run at its step boundaries; knows no engine and no button. */
import type { RunControl } from '../types';

export type SteeringState = 'running' | 'pausing' | 'paused' | 'stopping';

/** One per run. `onChange` hears every change of state. */
export class Steering implements RunControl {
  readonly #onChange: (state: SteeringState) => void;
  #state: SteeringState = 'running';
  #open: (() => void) | undefined;
  #save = false;

  constructor(onChange: (state: SteeringState) => void) {
    this.#onChange = onChange;
  }

  get state(): SteeringState { return this.#state; }

  /** Resolves at once while running; while pausing it marks the run paused and waits. */
  gate(): Promise<void> {
    if (this.#state !== 'pausing') return Promise.resolve();
    this.#set('paused');
    return new Promise(resolve => { this.#open = resolve; });
  }

  stopping(): boolean { return this.#state === 'stopping'; }

  wantsSave(): boolean {
    const wanted = this.#save;
    this.#save = false;
    return wanted;
  }

  /** Asks for a checkpoint at the next step boundary: a hidden page may never come back. */
  save(): void { this.#save = true; }

  pause(): void {
    if (this.#state !== 'running') return;
    this.save();
    this.#set('pausing');
  }

  proceed(): void {
    if (this.#state !== 'paused' && this.#state !== 'pausing') return;
    this.#set('running');
    this.#release();
  }

  /** From a pause: one step, then paused again at the next gate. */
  step(): void {
    if (this.#state !== 'paused') return;
    this.#set('pausing');
    this.#release();
  }

  /** A paused run is let go, so that it can end at its gate. */
  stop(): void {
    if (this.#state === 'stopping') return;
    this.#set('stopping');
    this.#release();
  }

  #release(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.();
  }

  #set(state: SteeringState): void {
    this.#state = state;
    this.#onChange(state);
  }
}
