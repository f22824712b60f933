import { announce, h } from './dom.js';

/** Samples a second of what is sent: the service would resample others to these. */
const RATE = 16000;

/** A sound file as WAV of 16 bits, one channel, at the rate of the models. */
export async function toWav(file) {
  const decoded = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await file.arrayBuffer());
  const channels = Array.from({ length: decoded.numberOfChannels }, (_, i) => decoded.getChannelData(i));
  const view = new DataView(new ArrayBuffer(44 + 2 * decoded.length));
  const text = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, 'RIFF');
  view.setUint32(4, 36 + 2 * decoded.length, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, 2 * decoded.length, true);
  for (let i = 0; i < decoded.length; i++) {
    const mean = channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length;
    view.setInt16(44 + 2 * i, Math.round(32767 * Math.max(-1, Math.min(1, mean))), true);
  }
  return new Blob([view], { type: 'audio/wav' });
}

/**
 * `<deed-sound>`: a recording, from the microphone or a file. `value` is `{name, blob}` (a WAV) or null. Fires `sound`
 * when a user gave one, and `trouble` with a message when that failed.
 */
class Sound extends HTMLElement {
  connectedCallback() {
    this.value = null;
    this.recorder = null;
    this.file = h('input', { type: 'file', accept: 'audio/*,video/mp4,video/webm,.flac,.wav', onchange: () => {
      if (this.file.files[0]) this.take(this.file.files[0], this.file.files[0].name);
      this.file.value = '';
    } });
    this.words = h('span', { class: 'words' }, 'Pick a sound file');
    this.button = h('button', { type: 'button', onclick: () => this.record() }, 'Record');
    this.player = h('audio', { controls: true, hidden: true });
    this.append(h('label', { class: 'drop' }, this.words, this.file), h('div', { class: 'buttons' }, this.button),
      this.player);
  }

  /** Begins to record, or ends. */
  async record() {
    if (this.recorder) {
      this.recorder.stop();
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [];
      this.recorder = new MediaRecorder(stream);
      this.recorder.ondataavailable = event => parts.push(event.data);
      this.recorder.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        this.recorder = null;
        this.button.textContent = 'Record';
        this.take(new Blob(parts), 'recording.wav');
      };
      this.recorder.start();
      this.button.textContent = 'Stop recording';
    } catch {
      this.recorder = null;
      announce(this, 'trouble', 'There is no microphone, or the browser does not let this page hear it.');
    }
  }

  async take(file, name) {
    try {
      this.show({ name, blob: await toWav(file) });
    } catch {
      announce(this, 'trouble', `${name} is no sound that this browser can read.`);
      return;
    }
    announce(this, 'sound');
  }

  /** Shows a value; null empties. */
  show(value) {
    this.value = value;
    if (this.player.src) URL.revokeObjectURL(this.player.src);
    this.player.hidden = !value;
    if (value) this.player.src = URL.createObjectURL(value.blob);
    this.words.textContent = value ? `${value.name} · pick another sound file` : 'Pick a sound file';
  }

  offer({ sound }) {
    this.hidden = !sound;
    if (!sound) this.recorder?.stop();
  }
}

customElements.define('deed-sound', Sound);
