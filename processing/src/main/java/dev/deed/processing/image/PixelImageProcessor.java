package dev.deed.processing.image;

import dev.deed.checkpoint.Interruption;
import dev.deed.processing.image.PictureStep.AlignLongAxis;
import dev.deed.processing.image.PictureStep.Autocontrast;
import dev.deed.processing.image.PictureStep.Centre;
import dev.deed.processing.image.PictureStep.DarkOnLight;
import dev.deed.processing.image.PictureStep.FillHeight;
import dev.deed.processing.image.PictureStep.Grey;
import dev.deed.processing.image.PictureStep.PadToMultiples;
import dev.deed.processing.image.PictureStep.Resize;
import dev.deed.processing.image.PictureStep.Shrink;
import dev.deed.processing.image.PictureStep.Thumbnail;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.Resampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The image processors whose models take a picture as pixels: those of ViT, DeiT, BEiT, LayoutLMv3
 * (which UDOP uses too), Donut and OFA, and DEED's own. They differ in their steps and defaults.
 * All but the last follow the Pillow back end of Transformers 5.
 */
public final class PixelImageProcessor implements ImageProcessor {
  private final List<PictureStep> steps;
  private final SampleTable samples;

  private PixelImageProcessor(List<PictureStep> steps, SampleTable samples) {
    this.steps = List.copyOf(steps);
    this.samples = samples;
  }

  /**
   * The processor of OFA, whose folders say nothing about pictures: squeezed into a square
   * (bicubic), samples from −1 to 1.
   *
   * @param side of the square in pixels, at least 1
   */
  public static PixelImageProcessor square(int side) {
    double[] half = {0.5, 0.5, 0.5};
    return new PixelImageProcessor(
        List.of(new Resize(new TargetSize.Exact(side, side), Resampling.BICUBIC)),
        new SampleTable(1 / 255.0, half, half));
  }

  /**
   * What holds where the file is silent.
   *
   * @param side of {@code size}, a square
   * @param filter {@code resample}
   * @param crops {@code do_center_crop}
   * @param crop side of {@code crop_size}, a square; null where it must be given
   */
  record Defaults(int side, Resampling filter, boolean crops, @Nullable Integer crop) {}

  /** Resizing, cropping in the middle, rescaling, normalising. */
  static PixelImageProcessor plain(ImageSettings settings, Defaults defaults) {
    settings.refuseStepsBut(
        Set.of("do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_pad"));
    if (settings.config().has("pad_size")) {
      settings.config().requireFlag("do_pad", false);
    }
    List<PictureStep> steps = new ArrayList<>();
    if (settings.config().flag("do_resize", true)) {
      TargetSize square = new TargetSize.Exact(defaults.side, defaults.side);
      TargetSize size = settings.size("size", square, false);
      steps.add(new Resize(size, settings.filter(defaults.filter)));
    }
    addCrop(steps, settings, defaults.crops, defaults.crop);
    return new PixelImageProcessor(steps, settings.samples());
  }

  /** Turning, resizing, fitting, padding, then as the others. */
  static PixelImageProcessor donut(ImageSettings settings) {
    settings.refuseStepsBut(
        Set.of(
            "do_align_long_axis",
            "do_resize",
            "do_thumbnail",
            "do_pad",
            "do_center_crop",
            "do_rescale",
            "do_normalize"));
    TargetSize.Exact size = settings.exactSize("size", new TargetSize.Exact(2560, 1920), true);
    Resampling filter = settings.filter(Resampling.BILINEAR);
    List<PictureStep> steps = new ArrayList<>();
    if (settings.config().flag("do_align_long_axis", false)) {
      steps.add(new AlignLongAxis(size));
    }
    if (settings.config().flag("do_resize", true)) {
      int edge = Math.min(size.height(), size.width());
      steps.add(new Resize(new TargetSize.ShortestEdge(edge), filter));
    }
    if (settings.config().flag("do_thumbnail", true)) {
      // Transformers takes the filter of number 0 for none here, and bicubic where there is none.
      boolean none = filter == Resampling.NEAREST;
      steps.add(new Thumbnail(size, none ? Resampling.BICUBIC : filter));
    }
    if (settings.config().flag("do_pad", true)) {
      steps.add(new Centre(size, Centre.Rounding.PAD));
    }
    addCrop(steps, settings, false, null);
    return new PixelImageProcessor(steps, settings.samples());
  }

  /**
   * DEED's own, for models that read pictures of any size up to {@code longest}: shrunk to fit it,
   * padded at the right and below to multiples of {@code size_divisor}, so that there are not too
   * many sizes, but never beyond {@code longest}. With {@code fill_height} all get its height.
   */
  static PixelImageProcessor anySize(ImageSettings settings) {
    settings.refuseStepsBut(
        Set.of(
            "do_grayscale",
            "do_autocontrast",
            "do_dark_on_light",
            "do_resize",
            "do_pad",
            "do_rescale",
            "do_normalize"));
    if (!settings.config().has("longest")) {
      throw settings.config().wrong("longest", "the largest height and width are needed");
    }
    TargetSize.Exact one = new TargetSize.Exact(1, 1);
    TargetSize.Exact longest = settings.exactSize("longest", one, false);
    TargetSize.Exact divisor = settings.exactSize("size_divisor", one, false);
    List<PictureStep> steps = new ArrayList<>();
    if (settings.config().flag("do_grayscale", false)) {
      steps.add(new Grey());
    }
    if (settings.config().flag("do_autocontrast", false)) {
      steps.add(new Autocontrast());
    }
    if (settings.config().flag("do_dark_on_light", false)) {
      steps.add(new DarkOnLight());
    }
    if (settings.config().flag("do_resize", true)) {
      Resampling filter = settings.filter(Resampling.BILINEAR);
      steps.add(
          settings.config().flag("fill_height", false)
              ? new FillHeight(longest, filter)
              : new Shrink(longest, filter));
    }
    if (settings.config().flag("do_pad", true)) {
      int value = settings.config().integer("pad_value", 255, 0, 255);
      steps.add(new PadToMultiples(divisor, longest, value));
    }
    return new PixelImageProcessor(steps, settings.samples());
  }

  private static void addCrop(
      List<PictureStep> steps, ImageSettings settings, boolean crops, @Nullable Integer side) {
    if (!settings.config().flag("do_center_crop", crops)) {
      return;
    }
    if (side == null && !settings.config().has("crop_size")) {
      throw settings.config().wrong("crop_size", "do_center_crop needs it");
    }
    int square = side == null ? 1 : side;
    TargetSize.Exact byDefault = new TargetSize.Exact(square, square);
    steps.add(new Centre(settings.exactSize("crop_size", byDefault, false), Centre.Rounding.CROP));
  }

  @Override
  public Picture resize(Picture picture, Interruption interruption) {
    Picture result = picture;
    for (PictureStep step : steps) {
      interruption.check();
      result = step.apply(result, interruption);
    }
    return result;
  }

  @Override
  public PixelValues normalise(Picture resized, Interruption interruption) {
    interruption.check();
    return samples.of(resized);
  }
}
