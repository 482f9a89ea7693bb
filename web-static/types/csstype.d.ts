/** The part of CSS that Debian's React types ask for; the console sets three properties. */
export interface Properties<Length> {
  width?: Length;
  left?: Length;
  gridColumn?: Length;
}
