// Sorts tables by the column whose heading is chosen: first from the largest number, or from A; then the other way.
(function () {
  'use strict';

  /** The number that a cell begins with; a dash, which stands for none, comes last either way. */
  function number(cell) {
    return parseFloat(cell.textContent);
  }

  function compare(column, numbers, rising) {
    const sign = rising ? 1 : -1;
    return function (one, other) {
      const a = one.cells[column], b = other.cells[column];
      if (!numbers) {
        return sign * a.textContent.localeCompare(b.textContent, undefined, { numeric: true });
      }
      const x = number(a), y = number(b);
      return isNaN(x) || isNaN(y) ? isNaN(x) - isNaN(y) : sign * (x - y);
    };
  }

  document.querySelectorAll('table.sortable').forEach(function (table) {
    const headings = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
    headings.forEach(function (heading, column) {
      const button = document.createElement('button'), numbers = heading.classList.contains('number');
      button.type = 'button';
      button.textContent = heading.textContent;
      button.addEventListener('click', function () {
        const before = heading.getAttribute('aria-sort');
        const rising = before ? before === 'descending' : !numbers;
        headings.forEach((other) => other.removeAttribute('aria-sort'));
        heading.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
        Array.from(body.rows).sort(compare(column, numbers, rising)).forEach((row) => body.appendChild(row));
      });
      heading.replaceChildren(button);
    });
  });
})();
