"""Makes the sounds of the sound module's tests: a third of a second of speech as MP3, AAC, Vorbis, Opus and FLAC in their
containers, and for each what ffmpeg decodes of it. Needs espeak-ng and ffmpeg with libmp3lame, libvorbis and libopus.

    python3 tools/make_compressed_sounds.py extensions/sound/src/test/resources/sounds
"""
import pathlib, subprocess, sys, tempfile

AAC = "-ar 16000 -c:a aac -b:a 24k -aac_pns 0"  # noise that decoders make up differs
PLAIN = f"{AAC} -aac_tns 0"
OPUS = "-c:a libopus -b:a 24k"
FILES = {
    "mpeg1.mp3": "-ar 32000 -b:a 48k", "mpeg2.mp3": "-ar 16000 -b:a 24k", "mpeg25.mp3": "-ar 8000 -b:a 16k",
    "stereo.mp3": "-ar 32000 -ac 2 -b:a 64k", "no_xing.mp3": "-ar 16000 -b:a 24k -write_xing 0 -id3v2_version 0",
    "lc.m4a": AAC, "noise.m4a": "-ar 16000 -c:a aac -b:a 16k", "first.m4a": f"{PLAIN} -movflags +faststart",
    "fragments.mp4": f"{PLAIN} -movflags frag_keyframe+empty_moov -frag_duration 200000",
    "quick.mov": f"{PLAIN}", "adts.aac": f"{PLAIN}",
    "vorbis.ogg": "-ar 16000 -c:a libvorbis -q:a 2", "vorbis.webm": "-ar 16000 -c:a libvorbis -q:a 2",
    "voip.opus": f"{OPUS} -application voip", "stereo.opus": f"{OPUS} -ac 2", "surround.opus": f"{OPUS} -ac 6 -mapping_family 1",
    "opus.webm": OPUS, "browser.webm": f"{OPUS} -f webm -live 1", "opus.mp4": OPUS, "mp3.mka": "-ar 16000 -c:a libmp3lame -b:a 24k",
    "flac.oga": "-ar 16000 -c:a flac", "flac.mka": "-ar 16000 -c:a flac", "flac.mp4": "-ar 16000 -c:a flac -strict -2",
}
ALONE = {"alac.m4a": "-ar 8000 -c:a alac", "speex.ogg": "-ar 8000 -c:a libspeex", "layer2.mka": "-ar 48000 -c:a mp2 -b:a 64k",
         "g722.wav": "-ar 16000 -c:a g722", "dts.mka": "-ar 8000 -c:a dca -strict -2 -b:a 64k"}
VIDEO = {"video.mp4": f"-c:v libx264 {PLAIN}", "video.webm": f"-c:v libvpx {OPUS}"}


def run(*command):
    return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.PIPE).stdout


def ffmpeg(*options):
    return run("ffmpeg", "-v", "error", "-y", "-fflags", "+bitexact", *options)


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as t:
        speech = pathlib.Path(t) / "speech.wav"
        run("espeak-ng", "-v", "en-us", "-w", speech, "Some words.")
        cut = pathlib.Path(t) / "cut.wav"
        ffmpeg("-i", speech, "-ar", 48000, "-t", 0.3, cut)
        picture = ("-f", "lavfi", "-i", "color=size=16x16:rate=5:duration=0.3")
        for name, options in (FILES | ALONE | VIDEO).items():
            target = out / name
            shown = picture if name in VIDEO else ()
            where = ["-"] if "live" in options else [target]
            made = ffmpeg(*shown, "-i", cut, *options.split(), "-map_metadata", "-1", "-flags:a", "+bitexact", *where)
            if made: target.write_bytes(made)
            if name in ALONE: continue
            ffmpeg("-i", target, "-map", "0:a:0", "-sample_fmt", "s16", out / f"{name}.flac")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
