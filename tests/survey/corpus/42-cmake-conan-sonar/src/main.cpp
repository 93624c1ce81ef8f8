#include <boost/program_options.hpp>
#include <iostream>

#include "store.h"

namespace po = boost::program_options;

int main(int argc, char** argv) {
    po::options_description all("sonarlog");
    all.add_options()("help", "this text")("db", po::value<std::string>()->default_value("sonar.db"), "database");
    po::variables_map vm;
    po::store(po::parse_command_line(argc, argv, all), vm);
    try {
        Store store(vm["db"].as<std::string>().c_str());
        for (std::string line; std::getline(std::cin, line);)
            if (auto ping = parse_ping(line)) store.add(*ping);
    } catch (const StoreError& e) {
        std::cerr << "sonarlog: " << e.what() << '\n';
        return 2;
    }
}
