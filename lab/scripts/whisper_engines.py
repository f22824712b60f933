"""The engines that pretrained_whisper.py asks: DEED, Transformers and, where it is installed, CTranslate2."""

import json
import pathlib
import subprocess

import numpy as np
import torch
from transformers import GenerationMixin, WhisperForConditionalGeneration
from transformers.modeling_outputs import BaseModelOutput

try:
    import ctranslate2
except ImportError:
    ctranslate2 = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
NEW_TOKENS = 200


class Deed:
    """`deed generate` that answers line by line."""

    def __init__(self, folder, threads):
        self.process = subprocess.Popen(
            [ROOT / "deed", "generate", folder, "--input", "-", "--quiet", "--threads", str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

    def generate(self, line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Reference:
    """Transformers, float32 on the CPU, with the plain decoding loop."""

    def __init__(self, folder, prompt):
        self.model = WhisperForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
        self.model.eval()
        self.prompt = torch.tensor([prompt])

    @torch.inference_mode()
    def encode(self, features):
        return self.model.get_encoder()(torch.from_numpy(features)[None]).last_hidden_state

    @torch.inference_mode()
    def generate(self, encoded, settings, **more):
        # Whisper's own generate() adds windows, fallbacks and rules for time stamps to this.
        return GenerationMixin.generate(
            self.model, encoder_outputs=BaseModelOutput(encoded), decoder_input_ids=self.prompt,
            do_sample=False, max_length=NEW_TOKENS + self.prompt.shape[1],
            return_dict_in_generate=True, **settings, **more,
        )

    def new_ids(self, made):
        end = self.model.generation_config.eos_token_id
        rows = []
        for row in made.sequences[:, self.prompt.shape[1]:].tolist():
            rows.append(row[: row.index(end) + 1] if end in row else row)
        return rows

    def answer(self, encoded, settings):
        made = self.generate(encoded, settings, output_logits=True, output_scores=True)
        rows = self.new_ids(made)
        if settings["num_beams"] > 1:
            return {"ids": rows, "scores": made.sequences_scores.tolist()}
        logs = [torch.log_softmax(step[0], -1) for step in made.logits]
        return {
            "ids": rows,
            "log_probs": [step[token].item() for step, token in zip(logs, rows[0])],
        }

    @torch.inference_mode()
    def layers(self, encoded, prefix):
        out = self.model(
            encoder_outputs=BaseModelOutput(encoded), decoder_input_ids=torch.tensor([prefix]),
            output_hidden_states=True,
        )
        # The last entry of Transformers is normed, DEED's is not.
        hidden = out.decoder_hidden_states[:-1]
        tensors = {f"decoder.{i}": value[0].numpy() for i, value in enumerate(hidden)}
        return tensors | {"encoder": encoded[0].numpy(), "logits": out.logits[0].numpy()}

    @torch.inference_mode()
    def own_text(self, features, tokenizer):
        """What users of Transformers call."""
        several = self.model.generation_config.is_multilingual
        language = {"language": "en", "task": "transcribe"} if several else {}
        made = self.model.generate(torch.from_numpy(features)[None], num_beams=1, **language)
        return tokenizer.decode(made[0], skip_special_tokens=True)


class CTranslate2:
    """The engine that the package was made for, float32."""

    def __init__(self, folder, prompt, threads):
        self.model = ctranslate2.models.Whisper(
            str(folder), compute_type="float32", intra_threads=threads, inter_threads=1
        )
        self.prompt = prompt

    def encode(self, features):
        return self.model.encode(
            ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None]))
        )

    def generate(self, encoded, beams):
        made = self.model.generate(
            encoded, [self.prompt], beam_size=beams, max_length=NEW_TOKENS + len(self.prompt)
        )
        return made[0].sequences_ids[0]
