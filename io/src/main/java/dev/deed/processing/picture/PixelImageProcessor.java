package dev.deed.processing.picture;

import dev.deed.checkpoint.Config;
import dev.deed.files.Interruption;
import dev.deed.processing.picture.PictureStep.AlignLongAxis;
import dev.deed.processing.picture.PictureStep.Centre;
import dev.deed.processing.picture.PictureStep.FillHeight;
import dev.deed.processing.picture.PictureStep.PadToMultiples;
import dev.deed.processing.picture.PictureStep.Resize;
import dev.deed.processing.picture.PictureStep.Shrink;
import dev.deed.processing.picture.PictureStep.Thumbnail;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The image processors whose models take a picture as pixels: those of ViT, DeiT, BEiT, LayoutLMv3
 * (which UDOP uses too), Donut, Nougat, PP-FormulaNet, CLIP (which Florence-2 uses) and OFA, and
 * DEED's own. They differ in their steps and defaults. All but the last follow the Pillow back end
 * of Transformers 5, PP-FormulaNet's that of torchvision, which alone it has.
 */
record PixelImageProcessor(List<PictureStep> steps, SampleTable samples) implements ImageProcessor {
  private static final double[] IMAGE_NET_MEAN = {0.485, 0.456, 0.406};
  private static final double[] IMAGE_NET_DEVIATION = {0.229, 0.224, 0.225};
  private static final double[] CLIP_MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] CLIP_DEVIATION = {0.26862954, 0.26130258, 0.27577711};

  PixelImageProcessor {
    steps = List.copyOf(steps);
  }

  /** As {@link ImageProcessor#square}. */
  static PixelImageProcessor square(int side) {
    double[] half = {0.5, 0.5, 0.5};
    return new PixelImageProcessor(
        List.of(new Resize(new TargetSize.Exact(side, side), Resampling.BICUBIC)),
        new SampleTable(1 / 255.0, half, half));
  }

  /**
   * Resizing, cropping in the middle, rescaling, normalising. The parameters hold where the file is
   * silent.
   *
   * @param side of {@code size}, a square
   * @param filter {@code resample}
   * @param crops {@code do_center_crop}
   * @param crop side of {@code crop_size}, a square; null where it must be given
   */
  static PixelImageProcessor plain(
      ImageSettings settings, int side, Resampling filter, boolean crops, @Nullable Integer crop) {
    Config config = settings.config();
    config.require(
        !config.flag("do_pad", false) || !config.has("pad_size"),
        "do_pad",
        "is supported with the value false only");
    List<PictureStep> steps = new ArrayList<>();
    if (config.flag("do_resize", true)) {
      TargetSize size = settings.size("size", new TargetSize.Exact(side, side), false);
      steps.add(new Resize(size, settings.filter(filter)));
    }
    addCrop(steps, settings, crops, crop);
    return new PixelImageProcessor(steps, settings.samples());
  }

  /** Turning, resizing, fitting, padding, then as the others. */
  static PixelImageProcessor donut(ImageSettings settings) {
    TargetSize.Exact size = settings.exactSize("size", new TargetSize.Exact(2560, 1920), true);
    Resampling filter = settings.filter(Resampling.BILINEAR);
    // Transformers takes the filter of number 0 for none here, and bicubic where there is none.
    boolean none = filter == Resampling.NEAREST;
    List<PictureStep> steps = new ArrayList<>();
    addFitting(
        steps,
        settings,
        filter,
        new Thumbnail(size, none ? Resampling.BICUBIC : filter, 0, ImageBackend.PILLOW));
    addCrop(steps, settings, false, null);
    return new PixelImageProcessor(steps, settings.samples());
  }

  /** Nougat's: a scanned page in a portrait, without its margins. */
  static PixelImageProcessor nougat(ImageSettings settings) {
    return page(
        settings,
        new TargetSize.Exact(896, 672),
        ImageBackend.PILLOW,
        settings.samples(IMAGE_NET_MEAN, IMAGE_NET_DEVIATION, ImageBackend.PILLOW));
  }

  /** PP-FormulaNet's, which only torchvision's back end has. */
  static PixelImageProcessor formula(ImageSettings settings) {
    return page(
        settings,
        new TargetSize.Exact(768, 768),
        ImageBackend.TORCHVISION,
        settings.samples(
            new double[] {0.7931, 0.7931, 0.7931},
            new double[] {0.1738, 0.1738, 0.1738},
            ImageBackend.TORCHVISION));
  }

  /** Cutting margins off, then as Donut's, but for the crop. */
  private static PixelImageProcessor page(
      ImageSettings settings, TargetSize.Exact usual, ImageBackend backend, SampleTable samples) {
    TargetSize.Exact size = settings.exactSize("size", usual, false);
    Resampling filter = settings.filter(Resampling.BILINEAR);
    // Torchvision has no Lanczos, and Transformers takes bicubic for it.
    boolean lanczos = filter == Resampling.LANCZOS && backend == ImageBackend.TORCHVISION;
    double gap = backend == ImageBackend.PILLOW ? Thumbnail.GAP : 0;
    List<PictureStep> steps = new ArrayList<>();
    if (settings.config().flag("do_crop_margin", true)) {
      steps.add(new CropMargin(backend));
    }
    addFitting(
        steps,
        settings,
        lanczos ? Resampling.BICUBIC : filter,
        new Thumbnail(size, Resampling.BICUBIC, gap, backend));
    return new PixelImageProcessor(steps, samples);
  }

  /** Turning, resizing to the target's shorter side, shrinking to fit, padding. */
  private static void addFitting(
      List<PictureStep> steps, ImageSettings settings, Resampling filter, Thumbnail thumbnail) {
    TargetSize.Exact size = thumbnail.size();
    if (settings.config().flag("do_align_long_axis", false)) {
      steps.add(new AlignLongAxis(size));
    }
    if (settings.config().flag("do_resize", true)) {
      TargetSize edge = new TargetSize.ShortestEdge(Math.min(size.height(), size.width()));
      steps.add(new Resize(edge, filter, thumbnail.backend()));
    }
    if (settings.config().flag("do_thumbnail", true)) {
      steps.add(thumbnail);
    }
    if (settings.config().flag("do_pad", true)) {
      steps.add(new Centre(size, Centre.Rounding.PAD));
    }
  }

  /** CLIP's, with which Florence-2 reads pictures. */
  static PixelImageProcessor clip(ImageSettings settings) {
    Config config = settings.config();
    List<PictureStep> steps = new ArrayList<>();
    if (config.flag("do_resize", true)) {
      TargetSize size = settings.size("size", new TargetSize.ShortestEdge(224), false);
      // A side alone is that of the shorter edge here.
      TargetSize shorter =
          config.has("size")
                  && config.json().get("size").isInt()
                  && size instanceof TargetSize.Exact square
                  && !config.flag("default_to_square", false)
              ? new TargetSize.ShortestEdge(square.height())
              : size;
      steps.add(new Resize(shorter, settings.filter(Resampling.BICUBIC)));
    }
    addCrop(steps, settings, true, 224);
    return new PixelImageProcessor(
        steps, settings.samples(CLIP_MEAN, CLIP_DEVIATION, ImageBackend.PILLOW));
  }

  /**
   * DEED's own, for models that read pictures of any size up to {@code longest}: shrunk to fit it,
   * padded at the right and below to multiples of {@code size_divisor}, so that there are not too
   * many sizes, but never beyond {@code longest}. With {@code fill_height} all get its height.
   */
  static PixelImageProcessor anySize(ImageSettings settings) {
    Config config = settings.config();
    if (!config.has("longest")) {
      throw config.wrong("longest", "the largest height and width are needed");
    }
    TargetSize.Exact one = new TargetSize.Exact(1, 1);
    TargetSize.Exact longest = settings.exactSize("longest", one, false);
    TargetSize.Exact divisor = settings.exactSize("size_divisor", one, false);
    List<PictureStep> steps = new ArrayList<>();
    if (config.flag("do_grayscale", false)) {
      steps.add(PictureStep::grey);
    }
    if (config.flag("do_autocontrast", false)) {
      steps.add(PictureStep::autocontrast);
    }
    if (config.flag("do_dark_on_light", false)) {
      steps.add(PictureStep::darkOnLight);
    }
    if (config.flag("do_resize", true)) {
      Resampling filter = settings.filter(Resampling.BILINEAR);
      steps.add(
          config.flag("fill_height", false)
              ? new FillHeight(longest, filter)
              : new Shrink(longest, filter));
    }
    if (config.flag("do_pad", true)) {
      steps.add(new PadToMultiples(divisor, longest, config.integer("pad_value", 255, 0, 255)));
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

  /**
   * Cuts off the margins of a page: what is left is the box of all dark pixels, below {@value
   * #DARK} when the grey levels of the picture are stretched to 0…255. A picture of one level stays
   * as it is.
   *
   * @param backend whose grey levels: Pillow's mode L rounds ITU-R 601, torchvision cuts it off
   */
  private record CropMargin(ImageBackend backend) implements PictureStep {
    private static final double DARK = 200;

    @Override
    public Picture apply(Picture picture, Interruption interruption) {
      int least = 255;
      int most = 0;
      byte[] levels = new byte[picture.width() * picture.height()];
      byte[] rgb = picture.rgb();
      for (int i = 0; i < levels.length; i++) {
        int level = level(rgb[3 * i] & 0xff, rgb[3 * i + 1] & 0xff, rgb[3 * i + 2] & 0xff);
        levels[i] = (byte) level;
        least = Math.min(least, level);
        most = Math.max(most, level);
      }
      if (least == most) {
        return picture;
      }
      boolean[] dark = new boolean[256];
      for (int level = least; level <= most; level++) {
        dark[level] = (double) (level - least) / (most - least) * 255 < DARK;
      }
      return cropped(picture, levels, dark, interruption);
    }

    private int level(int red, int green, int blue) {
      return backend == ImageBackend.PILLOW
          ? PixelRule.luma(red, green, blue)
          : (int) Math.fma(0.114f, blue, Math.fma(0.587f, green, 0.2989f * red));
    }

    private static Picture cropped(
        Picture picture, byte[] levels, boolean[] dark, Interruption interruption) {
      int left = picture.width();
      int right = 0;
      int top = picture.height();
      int bottom = 0;
      for (int y = 0; y < picture.height(); y++) {
        interruption.check();
        int row = y * picture.width();
        for (int x = 0; x < picture.width(); x++) {
          if (dark[levels[row + x] & 0xff]) {
            left = Math.min(left, x);
            right = Math.max(right, x + 1);
            top = Math.min(top, y);
            bottom = y + 1;
          }
        }
      }
      return picture.crop(left, top, right, bottom);
    }
  }
}
