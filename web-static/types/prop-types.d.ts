/** Names that Debian's React types mention. The console checks its props at compile time only. */
export type Validator<T> = (value: T) => Error | null;
export type Requireable<T> = Validator<T | undefined | null>;
export type ValidationMap<T> = { [Key in keyof T]?: Validator<T[Key]> };
export type InferProps<T> = { [Key in keyof T]?: T[Key] };
