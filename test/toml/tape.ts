import fc from 'fast-check';

/**
 * What a generator decides by. One number a decision, the first choice where none is left: a shorter tape of smaller
 * numbers makes a simpler document, so that fast-check's shrinking of the tape shrinks what was made of it.
 */
export class Tape {
  readonly #numbers: Uint8Array;
  #at = 0;

  constructor(numbers: Uint8Array) {
    this.#numbers = numbers;
  }

  below(count: number): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return number % count;
  }

  pick<T>(first: T, ...others: T[]): T {
    return [first, ...others][this.below(others.length + 1)] as T;
  }

  /** True once in so many times. */
  rarely(times: number): boolean {
    return this.below(times) === times - 1;
  }

  /** Some of the values, in their order. */
  some<T>(values: readonly T[], times = 2): T[] {
    return values.filter(() => this.rarely(times));
  }

  shuffled<T>(values: readonly T[]): T[] {
    const rest = [...values];
    return values.map(() => rest.splice(this.below(rest.length), 1)[0] as T);
  }
}

export const tapes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ minLength: 0, maxLength: 600, size: 'max' });
