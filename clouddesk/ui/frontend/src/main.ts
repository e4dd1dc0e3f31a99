/** All that the pages need of script. Every page works without it; this only makes them quicker to use. */
import "./theme";
import "./menus";
import "./forms";
import "./uploads";
import "./cascade";
import "./counters";
import "./drafts";
import "./similar";
import "./rows";
