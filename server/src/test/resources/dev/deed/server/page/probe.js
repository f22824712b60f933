// Stands before the page's own scripts: records what it asks, and answers in the service's place where a test says so.
window.probe = { calls: [], answers: [], hold: false, release: [], troubles: [] };
addEventListener('securitypolicyviolation', event => probe.troubles.push(`${event.violatedDirective} ${event.blockedURI}`));
addEventListener('error', event => probe.troubles.push(`error ${event.message}`));
addEventListener('unhandledrejection', event => probe.troubles.push(`rejection ${event.reason}`));
const send = window.fetch;
window.fetch = async (url, options = {}) => {
  if (new URL(url, location).pathname !== '/v1/generate') return send(url, options);
  const { image, ...body } = JSON.parse(options.body);
  const call = { body, image, authorization: options.headers.Authorization ?? null, aborted: false };
  probe.calls.push(call);
  options.signal.addEventListener('abort', () => (call.aborted = true));
  if (probe.hold) {
    await new Promise((resolve, reject) => {
      probe.release.push(resolve);
      options.signal.addEventListener('abort', () => reject(options.signal.reason));
    });
  }
  const answer = probe.answers.shift();
  if (answer === 'lost') throw new TypeError('network error');
  return answer ? new Response(answer.body, { status: answer.status, headers: answer.headers }) : send(url, options);
};
