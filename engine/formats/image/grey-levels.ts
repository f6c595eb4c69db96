/** A picture of one channel, 0–255. */
export interface GreyPicture {
  width: number;
  height: number;
  data: Float32Array;
}

/** `channels` bytes per pixel, red, green and blue first. */
export function toGrey(data: Uint8Array, width: number, height: number, channels: number): GreyPicture {
  const grey = new Float32Array(width * height);
  for (let i = 0, at = 0; i < grey.length; i++, at += channels)
    grey[i] = 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
  return { width, height, data: grey };
}

/** Half as large: each pixel is the mean of four. */
export function halve({ width, height, data }: GreyPicture): GreyPicture {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      const sum =
        (data[at] as number) +
        (data[at + 1] as number) +
        (data[at + width] as number) +
        (data[at + width + 1] as number);
      half[y * w + x] = sum / 4;
    }
  }
  return { width: w, height: h, data: half };
}

/** Sums of all areas that begin at the corner, of the values and of their squares: those of any area follow from four of them. */
export function areaSums({ width, height, data }: GreyPicture) {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  const squares = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let [sum, square] = [0, 0];
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x] as number;
      sum += value;
      square += value * value;
      const at = (y + 1) * stride + x + 1;
      sums[at] = (sums[at - stride] as number) + sum;
      squares[at] = (squares[at - stride] as number) + square;
    }
  }
  const area = (table: Float64Array, x: number, y: number, w: number, h: number) =>
    (table[(y + h) * stride + x + w] as number) -
    (table[y * stride + x + w] as number) -
    (table[(y + h) * stride + x] as number) +
    (table[y * stride + x] as number);
  return {
    sum: (x: number, y: number, w: number, h: number) => area(sums, x, y, w, h),
    square: (x: number, y: number, w: number, h: number) => area(squares, x, y, w, h),
  };
}
