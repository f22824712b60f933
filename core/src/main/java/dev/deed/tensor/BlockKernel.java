package dev.deed.tensor;

/** What computes a product of several rows, which decides what a row more takes. */
public enum BlockKernel {
  /** The sums of a tile lie in sixteen registers or fewer. */
  SIXTEEN_REGISTERS,
  /** Thirty-two registers of 512 bits, so that tiles hold the sums of more rows. */
  THIRTY_TWO_REGISTERS,
  /** Byte products of an engine of native code. */
  BYTE_PRODUCTS
}
