// The dialogue that asks for the service's key.
import { json, key } from './service.js';

const byId = id => document.getElementById(id);
/** What a header carries as it stands. */
const PRINTABLE = /^[\x20-\x7e]+$/;
const NEEDED = 'This service answers only to requests with its key.';
const REFUSED = 'The service refuses this key.';

/** Asks for a key, unless it is asking already; one that the page holds was refused. */
export function askForKey() {
  if (byId('key-dialog').open) return;
  say(key.get() ? REFUSED : NEEDED, Boolean(key.get()));
  byId('key-dialog').showModal();
}

/** Listens to the dialogue; `accepted` is called when the service took a key. */
export function listenForKey(accepted) {
  byId('key-form').addEventListener('submit', async event => {
    event.preventDefault();
    const given = byId('key').value.trim();
    if (!PRINTABLE.test(given)) return say(REFUSED, true);
    key.set(given);
    byId('key-use').disabled = true;
    try {
      await json('v1/models');
    } catch (failure) {
      if (failure.status === 401) key.set('');
      return say(failure.status === 401 ? REFUSED : failure.message, true);
    } finally {
      byId('key-use').disabled = false;
    }
    byId('key-dialog').close();
    accepted();
  });
  byId('key-later').addEventListener('click', () => byId('key-dialog').close());
  byId('key-dialog').addEventListener('close', () => (byId('key').value = ''));
}

function say(words, wrong) {
  byId('key-words').textContent = words;
  byId('key-words').classList.toggle('other', wrong);
  byId('key').setAttribute('aria-invalid', wrong);
  if (wrong) byId('key').select();
}
