// Keeps what grows at its end while its reader is there, whatever takes height beside it; where the reader has gone up,
// a mark says that something new is below.

const NEAR = 60; // px from the end that still count as there

export function keepAtEnd(column, mark) {
  let there = true, at = 0;
  const see = () => {
    there = column.scrollHeight - column.scrollTop - column.clientHeight < NEAR;
    at = column.scrollTop;
    if (there) mark.hidden = true;
  };
  const toEnd = () => { column.scrollTop = column.scrollHeight; see(); };
  column.addEventListener("scroll", see);
  mark.onclick = toEnd;
  new ResizeObserver(() => (there ? toEnd() : see())).observe(column);
  return {
    toEnd,
    // Calls `draw`, which puts other content in; `news` says whether it ends with something not seen before.
    change(draw, news) {
      if (column.scrollTop < at - 1) see(); // gone up a moment ago: its event is still to come
      const before = column.scrollTop;
      draw();
      if (there) return toEnd();
      column.scrollTop = before;
      if (news) mark.hidden = false;
    },
  };
}
