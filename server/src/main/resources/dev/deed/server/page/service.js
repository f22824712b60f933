// The service behind the page: JSON, blobs and the stream of server-sent events.

/** What went wrong, in the service's words. `status` 0: the connection failed. `retryAfter` in seconds, or null. */
export class ServiceError extends Error {
  constructor(status, message, retryAfter = null) {
    super(message.charAt(0).toUpperCase() + message.slice(1));
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const KEY = 'deed-api-key';

/** The key lives in this tab alone, and in it through a reload. */
export const key = {
  get: () => sessionStorage.getItem(KEY) ?? '',
  set: value => (value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY)),
};

/** Address of a path of the service, which may stand below a path of a proxy. */
export const address = path => new URL(path.replace(/^\//, ''), document.baseURI).href;

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (key.get()) headers.Authorization = `Bearer ${key.get()}`;
  let response;
  try {
    response = await fetch(address(path), { ...options, headers });
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new ServiceError(0, 'The service cannot be reached; is it still running?');
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response) {
  let message = `The service answered ${response.status}.`;
  try {
    message = (await response.json()).error.message ?? message;
  } catch {
    // The body is a proxy's, not the service's: the status must do.
  }
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return new ServiceError(response.status, message, Number.isNaN(seconds) ? null : seconds);
}

/** Whether the service wants a key. The page itself is open, and says so; caches keep no such header. */
export const wantsKey = async () =>
  (await ask('', { method: 'HEAD', cache: 'no-store' })).headers.has('WWW-Authenticate');

export const json = async path => (await ask(path)).json();
/** What lies at a path of names, which may hold any character. */
export const blob = async path => (await ask(path.split('/').map(encodeURIComponent).join('/'))).blob();

/**
 * Decodes one input.
 *
 * @param request body of `/v1/generate`
 * @param signal ends the request; the service stops decoding
 * @param onToken called for each token event
 * @returns the whole output line
 */
export function generate(request, signal, onToken) {
  const options = {
    signal,
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify({ ...request, stream: true }),
  };
  return last('answer', 'v1/generate', options, (event, told) => {
    if (event === 'token') onToken(told);
    return event === 'done';
  });
}

/**
 * Transcribes a recording.
 *
 * @param translated whether the text is to be English
 * @param form fields of OpenAI's form
 * @param signal ends the request; the service stops listening
 * @param onSegment called for each segment
 * @returns the last event, with the whole text
 */
export function transcribe(translated, form, signal, onSegment) {
  form.set('stream', 'true');
  const path = translated ? 'v1/audio/translations' : 'v1/audio/transcriptions';
  return last('transcript', path, { signal, body: form }, (_, told) => {
    if (told.type === 'transcript.text.delta') onSegment(told);
    return told.type === 'transcript.text.done';
  });
}

/** Reads the table of a picture: a body of `/v1/tables`. @returns the answer */
export const readTable = async (body, signal) => (await ask('v1/tables',
  { method: 'POST', signal, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();

/** Finds the fields of a picture: a body of `/v1/extract`. @returns them by name */
export const readFields = async (body, signal) => (await (await ask('v1/extract',
  { method: 'POST', signal, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json()).fields;

/** Posts a request. @returns the event of the stream for which `take` is true; it takes each name and its data */
async function last(what, path, options, take) {
  const response = await ask(path, { method: 'POST', ...options });
  try {
    for await (const { event, data } of events(response.body)) {
      const told = JSON.parse(data);
      if (event === 'error') throw new ServiceError(500, told.error.message);
      if (take(event, told)) return told;
    }
  } catch (failure) {
    if (failure instanceof ServiceError || failure.name === 'AbortError') throw failure;
    throw new ServiceError(0, `The connection was lost while the ${what} came.`);
  }
  throw new ServiceError(0, `The connection was lost before the ${what} was whole.`);
}

/** Events of a stream as `{event, data}`; comments are passed over. */
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split(/\r?\n\r?\n/);
    text = parts.pop();
    for (const part of parts) {
      let event = 'message';
      const data = [];
      for (const line of part.split(/\r?\n/)) {
        if (line.startsWith('event:')) event = line.slice(6).trim();
        else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      }
      if (data.length) yield { event, data: data.join('\n') };
    }
  }
}
