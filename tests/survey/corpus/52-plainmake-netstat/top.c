#include <ncurses.h>

#include "nst.h"

int main(void)
{
    initscr();
    printw("press a key");
    getch();
    endwin();
    return 0;
}
