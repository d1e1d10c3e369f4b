"""Simulated buildings whose meters speak the dialects of real devices.

Everything is a function of the seed and of absolute time: weather, presence,
wastes and loads at an instant are the same whenever the simulation is started,
so a back-fill, a live run and a restart continue one another without a step.

* `weather`, `sun`, `almanac`, `presence`, `habits`, `wastes`: what drives a building;
* `profiles`, `loads`, `heat`, `water`: what it uses, by end use;
* `submetering`, `registers`, `buildings`: what its meters count;
* `dialects`: how each device words it; `simulation` puts it all together;
* `live`, `publisher`, `broker`, `faults`: how it travels, and how it goes wrong.
"""
