/** The end of a sign-in that a frame asked for: tells the frame, which alone can read it, and closes the window. */
const place = document.querySelector("#start");
if (place !== null && window.opener !== null) {
  const { word } = JSON.parse(place.textContent || "{}");
  window.opener.postMessage({ word }, location.origin);
  window.close();
}
