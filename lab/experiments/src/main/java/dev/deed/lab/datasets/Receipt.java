package dev.deed.lab.datasets;

import dev.deed.processing.page.OcrPage;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A receipt of SROIE.
 *
 * @param where file and line, for errors
 * @param id its name
 * @param image the scan, {@code null} when the line names none
 * @param page its text lines in reading order, at least one
 * @param fields of company, date, address and total those that are not empty, in this order
 */
record Receipt(
    String where, String id, @Nullable Path image, OcrPage page, Map<String, String> fields) {}
