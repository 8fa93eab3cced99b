/**
 * The token that the site asks of whoever sends something. The cookie's, where there is one: who
 * signed in anew in another tab has a new one, and the page's own is of no use any more.
 */
export const token = () =>
  document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ??
  document.querySelector("[name=csrfmiddlewaretoken]").value;
