import { announce, h } from './dom.js';

/** A blob as a `data:` URL. */
export const dataUrl = blob => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(blob);
});

/**
 * `<deed-picture>`: a picture, dropped, pasted or picked. `value` is `{name, mime, url}` (a `data:` URL) or null. Fires
 * `picture` when a user gave one. What cannot be shown here, a TIFF say, may still be read by the service.
 */
class Picture extends HTMLElement {
  connectedCallback() {
    this.value = null;
    this.file = h('input', { type: 'file', accept: 'image/*', onchange: () => {
      if (this.file.files[0]) this.take(this.file.files[0]);
      this.file.value = '';
    } });
    this.image = h('img', { alt: '', hidden: true });
    this.image.addEventListener('error', () => (this.image.hidden = true));
    this.words = h('span', { class: 'words' }, 'Drop, paste or pick a picture');
    this.append(h('label', { class: 'drop' }, this.image, this.words, this.file));
    // The whole page takes what is dropped, else the browser would leave it for the picture.
    document.addEventListener('dragover', event => {
      event.preventDefault();
      this.classList.add('over');
    });
    document.addEventListener('dragleave', () => this.classList.remove('over'));
    document.addEventListener('drop', event => {
      event.preventDefault();
      this.classList.remove('over');
      if (event.dataTransfer.files[0] && !this.hidden) this.take(event.dataTransfer.files[0]);
    });
    document.addEventListener('paste', event => {
      const file = [...event.clipboardData.files].find(each => each.type.startsWith('image/'));
      if (file && !this.hidden) this.take(file);
    });
  }

  async take(file) {
    const mime = file.type || 'application/octet-stream';
    this.show({ name: file.name || 'pasted.png', mime, url: await dataUrl(file) });
    announce(this, 'picture');
  }

  /** Shows a value; null empties. */
  show(value) {
    this.value = value;
    this.image.hidden = !value;
    if (value) this.image.src = value.url;
    this.words.textContent = value ? `${value.name} · drop, paste or pick another`
      : `Drop, paste or pick a picture${this.needed ? ' (this model needs one)' : ''}`;
  }

  /** @returns the element of the picture once it is there; null where the browser cannot show it */
  loaded() {
    return this.image.decode().then(() => this.image, () => null);
  }

  /** Offers a picture, and says whether the model needs one. */
  offer({ picture, needsPicture }) {
    this.hidden = !picture;
    this.needed = needsPicture;
    this.show(this.value);
  }
}

customElements.define('deed-picture', Picture);
