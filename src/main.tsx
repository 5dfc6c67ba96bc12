/** Starts the page: theme, address, session, views. Everything else is behind those. */
import { render } from 'preact';
import { layoutOf, unpackTensors } from './model/params';
import { watchAddress } from './ui/address';
import { App } from './ui/app';
import { installAutomation } from './ui/automation';
import { watchOffline } from './ui/offline';
import { watchRequests } from './ui/requests';
import { createSession } from './ui/session';
import { applyAwake } from './ui/page_life';
import { applyScale, applyTheme } from './ui/theme';

watchRequests();
applyTheme();
applyScale();
applyAwake();
watchAddress();
const session = createSession(({ trainer }) => unpackTensors(layoutOf(trainer.config), trainer.weights));
installAutomation(session);
watchOffline();

const root = document.getElementById('root');
if (root) {
  root.replaceChildren();
  render(<App actions={session.actions} />, root);
}
