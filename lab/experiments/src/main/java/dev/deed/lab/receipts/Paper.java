package dev.deed.lab.receipts;

import dev.deed.processing.page.OcrPage;
import java.util.Map;

/**
 * A receipt or invoice that nobody ever got.
 *
 * @param page its text lines in reading order, in small letters
 * @param fields what stands there; empty where it is absent, no entry where it is torn apart
 */
record Paper(OcrPage page, Map<PaperField, String> fields) {}
